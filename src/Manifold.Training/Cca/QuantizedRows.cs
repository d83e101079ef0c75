using System.Numerics.Tensors;

namespace Manifold.Training;

/// <summary>Symmetric int8 rows with one scale each: a value is code × scale, within half a scale of the original.</summary>
internal static class QuantizedRows
{
    private const int MaxCode = 127;

    /// <summary>Codes [rows × columns] and scales [rows] of <paramref name="matrix"/>.</summary>
    public static (sbyte[] Codes, float[] Scales) Of(DenseMatrix matrix)
    {
        var codes = new sbyte[matrix.Values.Length];
        var scales = new float[matrix.Rows];
        for (int r = 0; r < matrix.Rows; r++)
        {
            var row = matrix.Row(r);
            float scale = MathF.Abs(row[TensorPrimitives.IndexOfMaxMagnitude(row)]) / MaxCode;
            scales[r] = scale;
            for (int c = 0; scale > 0 && c < row.Length; c++)
                codes[(r * row.Length) + c] = (sbyte)MathF.Round(row[c] / scale);
        }

        return (codes, scales);
    }
}
