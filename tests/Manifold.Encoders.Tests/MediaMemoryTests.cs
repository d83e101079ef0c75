namespace Manifold.Encoders.Tests;

/// <summary>Alone in the process while it runs: it watches the memory of all.</summary>
[CollectionDefinition(nameof(MediaMemoryTests), DisableParallelization = true)]
[Collection(nameof(MediaMemoryTests))]
public sealed class MediaMemoryTests
{
    [Fact]
    public async Task ReadAudio_TwoHoursOfSound_TakesTheMemoryOfAWindow()
    {
        // 58 MB as a file, 460 MB as float samples of 16 kHz.
        string path = Path.Combine(Path.GetTempPath(), $"manifold-test-{Guid.NewGuid():N}.wav");
        TestMedia.Run("ffmpeg", ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "anoisesrc=r=4000:a=0.1:d=7200", "-c:a", "pcm_s16le", path]);
        try
        {
            using MediaFile file = MediaFile.At(path);
            GC.Collect();
            long before = GC.GetTotalMemory(forceFullCollection: true), most = 0;
            int windows = 0;
            await foreach (AudioWindow window in new MediaDecoder().ReadAudioAsync(file, new AudioPreprocessing { SampleRate = 16000 }, TestContext.Current.CancellationToken))
            {
                if (++windows % 50 == 0)
                    most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }

            Assert.Equal(720, windows);
            Assert.InRange(most, 0, 20 << 20);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
