namespace Manifold.Encoders;

/// <summary>The size at which frames leave ffmpeg: at least twice what the model takes, so that the picture's own resize decides the quality, and never enlarged.</summary>
internal static class FrameSize
{
    private const int Headroom = 2;

    public static (int Width, int Height) Of(VideoTrack track, ImagePreprocessing preprocessing)
    {
        ImageBox box = ImageBox.Of(preprocessing, track.Width, track.Height);
        if (box.Reduction <= Headroom)
            return (track.Width, track.Height);
        if (preprocessing.Fit is ImageFit.Cover or ImageFit.CenterCrop)
            return (Scaled(track.Width, box.Reduction), Scaled(track.Height, box.Reduction));

        // A multiple of the very box, so that rounding does not give the frame another one.
        return (Math.Min(track.Width, Headroom * box.Width), Math.Min(track.Height, Headroom * box.Height));
    }

    private static int Scaled(int side, double reduction) => Math.Max(1, (int)Math.Round(side * Headroom / reduction));
}
