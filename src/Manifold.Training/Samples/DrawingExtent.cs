using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Tells drawings from specks: much clip art is a small figure in the corner of an empty page.</summary>
internal static class DrawingExtent
{
    private const int Side = 64;

    /// <summary>The greater side of the drawing's bounding box over the picture's side that is enough to recognise it in a contact sheet.</summary>
    private const double MinExtent = 0.7;

    /// <summary>Darker than this in any channel is ink.</summary>
    private const byte White = 240;

    private static readonly ImageDecoder Decoder = new();

    /// <summary>Whether what is drawn spans most of the picture.</summary>
    public static bool FillsTheSquare(byte[] encoded)
    {
        var pixels = new byte[3 * Side * Side];
        Decoder.DecodeRgb(encoded, Side, Side, ImageFit.Contain, RgbColor.White, ResampleFilter.Bicubic, pixels);
        int left = Side, right = -1, top = Side, bottom = -1;
        for (int i = 0; i < Side * Side; i++)
        {
            if (Math.Min(pixels[3 * i], Math.Min(pixels[(3 * i) + 1], pixels[(3 * i) + 2])) >= White)
                continue;
            (left, right) = (Math.Min(left, i % Side), Math.Max(right, i % Side));
            (top, bottom) = (Math.Min(top, i / Side), Math.Max(bottom, i / Side));
        }

        return Math.Max(right - left, bottom - top) + 1 >= MinExtent * Side;
    }
}
