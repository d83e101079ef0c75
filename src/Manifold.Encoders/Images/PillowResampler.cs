using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Manifold.Encoders;

/// <summary>
/// Resize in two passes as Pillow's for pictures of 8 bits: weights are multiples of 2^−22, sums are whole numbers, and each pass is rounded to a byte (halves up)
/// and clamped. Over premultiplied red, green, blue and alpha, one <see cref="Vector128{Int32}"/> a pixel.
/// </summary>
internal static class PillowResampler
{
    /// <inheritdoc cref="ImageResampler.Resize"/>
    public static void Resize(PixelView source, ImageBox box, ResampleFilter filter, Span<float> destination)
    {
        using var columns = new ResampleWeights(filter, source.Width, box.Left * source.Width, box.AcrossShare * source.Width, box.Width, fixedPoint: true);
        using var rows = new ResampleWeights(filter, source.Height, box.Top * source.Height, box.DownShare * source.Height, box.Height, fixedPoint: true);

        int firstRow = rows.First(0);
        int endRow = rows.First(box.Height - 1) + rows.FixedPointOf(box.Height - 1).Length;
        float[] line = ArrayPool<float>.Shared.Rent(source.Width * 4);
        int[] passed = ArrayPool<int>.Shared.Rent((endRow - firstRow) * box.Width * 4);
        Span<Vector128<float>> premultiplied = MemoryMarshal.Cast<float, Vector128<float>>(line.AsSpan(0, source.Width * 4));
        Span<Vector128<int>> lines = MemoryMarshal.Cast<int, Vector128<int>>(passed.AsSpan(0, (endRow - firstRow) * box.Width * 4));
        for (int y = firstRow; y < endRow; y++)
        {
            source.Premultiply(y, line.AsSpan(0, source.Width * 4));
            Horizontal(premultiplied, columns, lines.Slice((y - firstRow) * box.Width, box.Width));
        }

        Span<Vector128<float>> output = MemoryMarshal.Cast<float, Vector128<float>>(destination);
        for (int y = 0; y < box.Height; y++)
        {
            ReadOnlySpan<int> weights = rows.FixedPointOf(y);
            ReadOnlySpan<Vector128<int>> taps = lines[((rows.First(y) - firstRow) * box.Width)..];
            for (int x = 0; x < box.Width; x++)
            {
                Vector128<int> sum = Half;
                for (int k = 0; k < weights.Length; k++)
                    sum += taps[(k * box.Width) + x] * weights[k];
                output[(y * box.Width) + x] = Vector128.ConvertToSingle(ToByte(sum));
            }
        }

        ArrayPool<float>.Shared.Return(line);
        ArrayPool<int>.Shared.Return(passed);
    }

    private static Vector128<int> Half => Vector128.Create(1 << (ResampleWeights.FractionBits - 1));

    private static void Horizontal(ReadOnlySpan<Vector128<float>> line, in ResampleWeights columns, Span<Vector128<int>> destination)
    {
        for (int x = 0; x < destination.Length; x++)
        {
            ReadOnlySpan<int> weights = columns.FixedPointOf(x);
            ReadOnlySpan<Vector128<float>> taps = line.Slice(columns.First(x), weights.Length);
            Vector128<int> sum = Half;
            for (int k = 0; k < weights.Length; k++)
                sum += Vector128.ConvertToInt32(taps[k] + Vector128.Create(0.5f)) * weights[k];
            destination[x] = ToByte(sum);
        }
    }

    private static Vector128<int> ToByte(Vector128<int> sum) =>
        Vector128.Clamp(Vector128.ShiftRightArithmetic(sum, ResampleWeights.FractionBits), Vector128<int>.Zero, Vector128.Create(255));
}
