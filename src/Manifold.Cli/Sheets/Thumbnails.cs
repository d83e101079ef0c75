using System.Runtime.InteropServices;
using NetVips;
using SkiaSharp;

namespace Manifold.Cli.Sheets;

/// <summary>Loads pictures for a sheet.</summary>
internal static class Thumbnails
{
    /// <summary>The picture on white within a square, or null if it cannot be loaded.</summary>
    public static async Task<SKBitmap?> LoadAsync(string path, int side, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            return Decode(bytes, side);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or VipsException or NotSupportedException)
        {
            return null;
        }
    }

    private static SKBitmap Decode(byte[] bytes, int side)
    {
        using var picture = Image.ThumbnailBuffer(bytes, side, height: side, size: Enums.Size.Both);
        using var flat = picture.HasAlpha() ? picture.Flatten(background: [255]) : picture.Copy();
        using var rgb = flat.Colourspace(Enums.Interpretation.Srgb);
        using var rgba = rgb.Bandjoin(255).Cast(Enums.BandFormat.Uchar);
        var bitmap = new SKBitmap(new SKImageInfo(rgba.Width, rgba.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Marshal.Copy(rgba.WriteToMemory<byte>(), 0, bitmap.GetPixels(), bitmap.ByteCount);
        return bitmap;
    }
}
