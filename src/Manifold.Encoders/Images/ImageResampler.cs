using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Manifold.Encoders;

/// <summary>
/// Resize in two passes over premultiplied red, green, blue and alpha, one <see cref="Vector128{Single}"/> a pixel. Premultiplied,
/// because the colour that a file stores under a transparent pixel is arbitrary (often black) and must not bleed into the edge.
/// </summary>
internal static class ImageResampler
{
    /// <summary>Resizes the part of <paramref name="source"/> that <paramref name="box"/> names to its rectangle's size.</summary>
    /// <param name="source">Straight (not premultiplied) pixels.</param>
    /// <param name="box">From where to where.</param>
    /// <param name="filter">The kernel.</param>
    /// <param name="destination">[box height × box width × 4], premultiplied, 0 to 255; cubic overshoot is not clamped.</param>
    public static void Resize(PixelView source, ImageBox box, ResampleFilter filter, Span<float> destination)
    {
        using var columns = new ResampleWeights(filter, source.Width, box.Left * source.Width, box.AcrossShare * source.Width, box.Width);
        using var rows = new ResampleWeights(filter, source.Height, box.Top * source.Height, box.DownShare * source.Height, box.Height);

        int firstRow = rows.First(0);
        int endRow = rows.First(box.Height - 1) + rows.Of(box.Height - 1).Length;
        int stride = box.Width * 4;
        float[] passed = ArrayPool<float>.Shared.Rent((endRow - firstRow) * stride);
        float[] line = ArrayPool<float>.Shared.Rent(source.Width * 4);
        Span<float> premultiplied = line.AsSpan(0, source.Width * 4);
        for (int y = firstRow; y < endRow; y++)
        {
            source.Premultiply(y, premultiplied);
            Horizontal(premultiplied, columns, passed.AsSpan((y - firstRow) * stride, stride));
        }

        for (int y = 0; y < box.Height; y++)
        {
            Span<float> row = destination.Slice(y * stride, stride);
            ReadOnlySpan<float> weights = rows.Of(y);
            int from = (rows.First(y) - firstRow) * stride;
            TensorPrimitives.Multiply(passed.AsSpan(from, stride), weights[0], row);
            for (int k = 1; k < weights.Length; k++)
                TensorPrimitives.MultiplyAdd(passed.AsSpan(from + (k * stride), stride), weights[k], row, row);
        }

        ArrayPool<float>.Shared.Return(line);
        ArrayPool<float>.Shared.Return(passed);
    }

    private static void Horizontal(ReadOnlySpan<float> line, in ResampleWeights columns, Span<float> destination)
    {
        ReadOnlySpan<Vector128<float>> pixels = MemoryMarshal.Cast<float, Vector128<float>>(line);
        Span<Vector128<float>> output = MemoryMarshal.Cast<float, Vector128<float>>(destination);
        for (int x = 0; x < output.Length; x++)
        {
            ReadOnlySpan<float> weights = columns.Of(x);
            ReadOnlySpan<Vector128<float>> taps = pixels.Slice(columns.First(x), weights.Length);
            Vector128<float> sum = taps[0] * weights[0];
            for (int k = 1; k < weights.Length; k++)
                sum += taps[k] * weights[k];
            output[x] = sum;
        }
    }
}
