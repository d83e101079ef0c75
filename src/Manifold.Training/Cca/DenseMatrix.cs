using MathNet.Numerics.LinearAlgebra;

namespace Manifold.Training;

/// <summary>A row-major float32 matrix: what features are held in. Small double-precision algebra is MathNet's.</summary>
internal sealed class DenseMatrix
{
    /// <summary>A zero matrix.</summary>
    public DenseMatrix(int rows, int columns)
        : this(rows, columns, new float[checked(rows * columns)])
    {
    }

    /// <summary>Wraps <paramref name="values"/>, which are not copied.</summary>
    public DenseMatrix(int rows, int columns, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, checked(rows * columns), nameof(values));
        Rows = rows;
        Columns = columns;
        Values = values;
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The values, row after row.</summary>
    public float[] Values { get; }

    public Span<float> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>A matrix of standard normal values.</summary>
    public static DenseMatrix Gaussian(int rows, int columns, Random random)
    {
        var matrix = new DenseMatrix(rows, columns);
        for (int i = 0; i < matrix.Values.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            matrix.Values[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return matrix;
    }

    public static DenseMatrix FromMathNet(Matrix<double> matrix)
    {
        var result = new DenseMatrix(matrix.RowCount, matrix.ColumnCount);
        for (int r = 0; r < result.Rows; r++)
        {
            for (int c = 0; c < result.Columns; c++)
                result.Values[r * result.Columns + c] = (float)matrix[r, c];
        }

        return result;
    }

    public Matrix<double> ToMathNet() => Matrix<double>.Build.Dense(Rows, Columns, (r, c) => Values[r * Columns + c]);

    /// <summary>Multiplies each row by its factor, in place.</summary>
    public DenseMatrix ScaleRows(ReadOnlySpan<double> factors)
    {
        for (int r = 0; r < Rows; r++)
        {
            float factor = (float)factors[r];
            foreach (ref float value in Row(r))
                value *= factor;
        }

        return this;
    }

    public DenseMatrix Clone() => new(Rows, Columns, [.. Values]);
}
