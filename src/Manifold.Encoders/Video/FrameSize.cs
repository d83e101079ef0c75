namespace Manifold.Encoders;

/// <summary>The size at which frames leave ffmpeg: at least twice what the model takes, so that the picture's own resize decides the quality, and never enlarged.</summary>
internal static class FrameSize
{
    private const double Headroom = 2;

    public static (int Width, int Height) Of(VideoTrack track, ImagePreprocessing preprocessing)
    {
        ImageBox box = ImageBox.Of(preprocessing.Fit, track.Width, track.Height, preprocessing.Width, preprocessing.Height);
        double scale = Math.Min(1, Headroom / box.Reduction);
        return (Math.Max(1, (int)Math.Round(track.Width * scale)), Math.Max(1, (int)Math.Round(track.Height * scale)));
    }
}
