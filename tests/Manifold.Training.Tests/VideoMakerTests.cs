using Manifold.Encoders;

namespace Manifold.Training.Tests;

/// <summary>What is made is seen when it is said to be, through the decoder that serving uses.</summary>
public sealed class VideoMakerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Write_OfTwoScenes_ShowsEachAtItsTime()
    {
        string path = _folder.Of("clip.mp4");
        VideoMaker.Write(path, [Scene("red", "#f00"), Scene("blue", "#00f")], seed: 1);
        using var file = MediaFile.At(path);
        var decoder = new MediaDecoder();
        var probe = await decoder.ProbeAsync(file, TestContext.Current.CancellationToken);
        var frames = await decoder.ReadFramesAsync(file, probe, new ImagePreprocessing { Width = 64, Height = 64 }, TimeSpan.FromSeconds(0.25), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.InRange(frames[^1].Seconds, 4, 4.5);
        foreach (var frame in frames)
        {
            var (red, blue) = (ShareOf(frame, 0), ShareOf(frame, 2));
            if (IsIn(frame.Seconds, 0))
                Assert.True(red > 0.2 && blue < 0.01, $"{frame.Seconds} s: red {red}, blue {blue}");
            if (IsIn(frame.Seconds, 1))
                Assert.True(blue > 0.2 && red < 0.01, $"{frame.Seconds} s: red {red}, blue {blue}");
        }
    }

    [Fact]
    public void Write_ToAFolderThatIsNotThere_SaysWhy()
    {
        var error = Assert.Throws<InvalidDataException>(() => VideoMaker.Write(_folder.Of(Path.Combine("nowhere", "clip.mp4")), [Scene("red", "#f00")], seed: 1));
        Assert.Contains("clip.mp4", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsIn(double seconds, int scene) => VideoMaker.TimeOf(scene) is var (start, end) && seconds >= start + 0.1 && seconds <= end - 0.1;

    private VideoScene Scene(string name, string colour)
    {
        string path = _folder.Of($"{name}.svg");
        File.WriteAllText(path, $"""<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="{colour}"/></svg>""");
        return new VideoScene(new Picture(PictureSource.Own, name, path), name);
    }

    // The share of pixels in which one channel is much greater than the others.
    private static double ShareOf(VideoFrame frame, int channel)
    {
        int count = 0, pixels = frame.Width * frame.Height;
        for (int i = 0; i < pixels; i++)
        {
            var pixel = frame.Rgb.AsSpan(3 * i, 3);
            if (pixel[channel] > 150 && pixel[(channel + 1) % 3] < 100 && pixel[(channel + 2) % 3] < 100)
                count++;
        }

        return (double)count / pixels;
    }
}
