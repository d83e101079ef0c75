namespace Manifold.Encoders.Tests;

public sealed class EncoderOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(EncoderOptionsValidator.Validate(new EncoderOptions()));

    [Fact]
    public void Validate_EverythingWrong_ReportsEachWithKeyValueAndRange()
    {
        var options = new EncoderOptions
        {
            Device = (EncoderDevice)9,
            IntraOpThreads = -1,
            PreparationThreads = 2000,
            MaxBatchSize = 0,
            MaxBatchWait = TimeSpan.FromSeconds(2),
            MaxQueueLength = 0,
            MaxTextLength = 0,
            MaxImageBytes = 0,
            MaxImagePixels = long.MaxValue,
            BundleFolders = [" "],
            Ffmpeg = "",
            MediaProcesses = -1,
            MaxMediaBytes = 0,
            MaxMediaDuration = TimeSpan.Zero,
            MediaTimeout = TimeSpan.FromDays(1),
            MaxMoments = 1,
            FrameInterval = TimeSpan.Zero,
            MomentLength = TimeSpan.FromSeconds(-1),
            SceneThreshold = 0,
            SoundShare = double.NaN,
        };
        IReadOnlyList<string> errors = EncoderOptionsValidator.Validate(options);
        Assert.Equal(20, errors.Count);
        Assert.All(errors, e => Assert.StartsWith("Manifold:Encoders:", e));
        Assert.Contains("Manifold:Encoders:MaxBatchSize must be from 1 to 1024, but is 0.", errors);
        Assert.Contains("Manifold:Encoders:BundleFolders:0 must name a folder, but is empty.", errors);
        ArgumentException e = Assert.Throws<ArgumentException>(() => new EncoderPool(options));
        Assert.All(errors, error => Assert.Contains(error, e.Message));
    }
}
