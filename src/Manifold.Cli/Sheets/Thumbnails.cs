using System.Runtime.InteropServices;
using Manifold.Encoders;
using SkiaSharp;

namespace Manifold.Cli.Sheets;

/// <summary>Loads pictures, and frames of videos, for a sheet.</summary>
internal static class Thumbnails
{
    private static readonly ImageDecoder Decoder = new();
    private static readonly TimeSpan FrameInterval = TimeSpan.FromSeconds(0.25);

    /// <summary>The picture within a square, with its transparency; null if it cannot be loaded.</summary>
    public static async Task<SKBitmap?> LoadAsync(string path, int side, CancellationToken cancellationToken)
    {
        try
        {
            return Decode(await File.ReadAllBytesAsync(path, cancellationToken), side);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidContentException)
        {
            return null;
        }
    }

    /// <summary>What a video shows at a time, within a square; null if it cannot be loaded.</summary>
    public static async Task<SKBitmap?> LoadFrameAsync(string path, double seconds, int side, CancellationToken cancellationToken)
    {
        try
        {
            using var file = MediaFile.At(path);
            var decoder = new MediaDecoder();
            var size = new ImagePreprocessing { Width = side, Height = side };
            await foreach (var frame in decoder.ReadFramesAsync(file, await decoder.ProbeAsync(file, cancellationToken), size, FrameInterval, cancellationToken))
            {
                if (frame.Seconds >= seconds)
                    return Draw(frame, side);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidContentException or MediaToolMissingException)
        {
            // There is no picture at hand then.
        }

        return null;
    }

    private static SKBitmap Draw(VideoFrame frame, int side)
    {
        var scale = Math.Min((double)side / frame.Width, (double)side / frame.Height);
        using var whole = new SKBitmap(new SKImageInfo(frame.Width, frame.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = new byte[4 * frame.Width * frame.Height];
        for (var i = 0; i < frame.Width * frame.Height; i++)
        {
            frame.Rgb.AsSpan(3 * i, 3).CopyTo(pixels.AsSpan(4 * i));
            pixels[(4 * i) + 3] = byte.MaxValue;
        }

        Marshal.Copy(pixels, 0, whole.GetPixels(), pixels.Length);
        return whole.Resize(new SKImageInfo((int)Math.Round(scale * frame.Width), (int)Math.Round(scale * frame.Height)), new SKSamplingOptions(SKCubicResampler.Mitchell));
    }

    private static SKBitmap Decode(byte[] bytes, int side)
    {
        var pixels = new byte[4 * side * side];
        Decoder.DecodeRgba(bytes, side, side, ImageFit.Contain, ResampleFilter.Bicubic, pixels);
        var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        return bitmap;
    }
}
