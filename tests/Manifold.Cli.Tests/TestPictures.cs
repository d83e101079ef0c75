using SkiaSharp;

namespace Manifold.Cli.Tests;

internal static class TestPictures
{
    /// <summary>A PNG file of one colour.</summary>
    public static byte[] Png(SKColor color, int width = 40, int height = 30)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(color);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
