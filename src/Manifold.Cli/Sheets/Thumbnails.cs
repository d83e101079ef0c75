using System.Runtime.InteropServices;
using Manifold.Encoders;
using SkiaSharp;

namespace Manifold.Cli.Sheets;

/// <summary>Loads pictures for a sheet.</summary>
internal static class Thumbnails
{
    private static readonly ImageDecoder Decoder = new();

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

    private static SKBitmap Decode(byte[] bytes, int side)
    {
        var pixels = new byte[4 * side * side];
        Decoder.DecodeRgba(bytes, side, side, ImageFit.Contain, ResampleFilter.Bicubic, pixels);
        var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        return bitmap;
    }
}
