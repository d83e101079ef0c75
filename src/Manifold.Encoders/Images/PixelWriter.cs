using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Manifold.Encoders;

/// <summary>Resized premultiplied pixels to 8-bit pictures, with rounding and clamping.</summary>
internal static class PixelWriter
{
    /// <param name="premultiplied">[box height × box width × 4], 0 to 255.</param>
    /// <param name="box">Where it goes.</param>
    /// <param name="width">Width of the result.</param>
    /// <param name="height">Height of the result.</param>
    /// <param name="background">Composed behind, and outside the box.</param>
    /// <param name="destination">[height × width × 3].</param>
    public static void WriteRgb(ReadOnlySpan<float> premultiplied, ImageBox box, int width, int height, RgbColor background, Span<byte> destination)
    {
        if (box.Width < width || box.Height < height)
        {
            for (int i = 0; i < destination.Length; i += 3)
            {
                destination[i] = background.Red;
                destination[i + 1] = background.Green;
                destination[i + 2] = background.Blue;
            }
        }

        ReadOnlySpan<Vector128<float>> pixels = MemoryMarshal.Cast<float, Vector128<float>>(premultiplied);
        Vector128<float> behind = Vector128.Create(background.Red, background.Green, background.Blue, 0f);
        for (int y = 0; y < box.Height; y++)
        {
            ReadOnlySpan<Vector128<float>> row = pixels.Slice(y * box.Width, box.Width);
            Span<byte> output = destination.Slice((((box.Y + y) * width) + box.X) * 3, box.Width * 3);
            for (int x = 0; x < row.Length; x++)
            {
                float through = 1 - Math.Clamp(row[x].GetElement(3) / 255f, 0, 1);
                Vector128<int> rounded = Round(row[x] + (behind * through));
                output[3 * x] = (byte)rounded.GetElement(0);
                output[(3 * x) + 1] = (byte)rounded.GetElement(1);
                output[(3 * x) + 2] = (byte)rounded.GetElement(2);
            }
        }
    }

    /// <param name="premultiplied">[box height × box width × 4], 0 to 255.</param>
    /// <param name="box">Where it goes; all else becomes transparent black.</param>
    /// <param name="width">Width of the result.</param>
    /// <param name="destination">[height × width × 4], straight alpha.</param>
    public static void WriteRgba(ReadOnlySpan<float> premultiplied, ImageBox box, int width, Span<byte> destination)
    {
        destination.Clear();
        ReadOnlySpan<Vector128<float>> pixels = MemoryMarshal.Cast<float, Vector128<float>>(premultiplied);
        for (int y = 0; y < box.Height; y++)
        {
            ReadOnlySpan<Vector128<float>> row = pixels.Slice(y * box.Width, box.Width);
            Span<byte> output = destination.Slice((((box.Y + y) * width) + box.X) * 4, box.Width * 4);
            for (int x = 0; x < row.Length; x++)
            {
                float alpha = Math.Clamp(row[x].GetElement(3), 0, 255);

                // Below half a step alpha rounds to nothing, and the colour of nothing is only noise.
                if (alpha < 0.5f)
                    continue;
                Vector128<int> rounded = Round((row[x] * (255 / alpha)).WithElement(3, alpha));
                output[4 * x] = (byte)rounded.GetElement(0);
                output[(4 * x) + 1] = (byte)rounded.GetElement(1);
                output[(4 * x) + 2] = (byte)rounded.GetElement(2);
                output[(4 * x) + 3] = (byte)rounded.GetElement(3);
            }
        }
    }

    private static Vector128<int> Round(Vector128<float> value) =>
        Vector128.ConvertToInt32(Vector128.Clamp(value, Vector128<float>.Zero, Vector128.Create(255f)) + Vector128.Create(0.5f));
}
