using System.Numerics.Tensors;

namespace Manifold.Training;

/// <summary>Rows of (column, value) pairs in compressed form: texts as bags of hashed n-grams. Immutable.</summary>
internal sealed class SparseMatrix
{
    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly float[] _values;

    /// <param name="rows">The rows; columns within a row are distinct.</param>
    /// <param name="columns">Number of columns.</param>
    public SparseMatrix(IReadOnlyList<IReadOnlyList<(int Column, float Value)>> rows, int columns)
    {
        Rows = rows.Count;
        Columns = columns;
        _starts = new int[Rows + 1];
        for (int r = 0; r < Rows; r++)
            _starts[r + 1] = _starts[r] + rows[r].Count;
        _columns = new int[_starts[Rows]];
        _values = new float[_starts[Rows]];
        for (int r = 0; r < Rows; r++)
        {
            for (int i = 0; i < rows[r].Count; i++)
                (_columns[_starts[r] + i], _values[_starts[r] + i]) = rows[r][i];
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    public ReadOnlySpan<int> ColumnsOf(int row) => _columns.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);

    public ReadOnlySpan<float> ValuesOf(int row) => _values.AsSpan(_starts[row], _starts[row + 1] - _starts[row]);

    /// <summary>S·B.</summary>
    public DenseMatrix Multiply(DenseMatrix b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Columns, b.Rows);
        var product = new DenseMatrix(Rows, b.Columns);
        Parallel.For(0, Rows, r =>
        {
            var target = product.Row(r);
            var columns = ColumnsOf(r);
            var values = ValuesOf(r);
            for (int i = 0; i < columns.Length; i++)
                TensorPrimitives.MultiplyAdd(b.Row(columns[i]), values[i], target, target);
        });
        return product;
    }

    /// <summary>Sᵀ·B.</summary>
    public DenseMatrix TransposeMultiply(DenseMatrix b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Rows, b.Rows);
        var product = new DenseMatrix(Columns, b.Columns);
        // Each worker owns a band of columns, so that no two of them write one row of the product.
        int bands = Environment.ProcessorCount;
        Parallel.For(0, bands, band =>
        {
            for (int r = 0; r < Rows; r++)
            {
                var columns = ColumnsOf(r);
                var values = ValuesOf(r);
                for (int i = 0; i < columns.Length; i++)
                {
                    if (columns[i] % bands != band)
                        continue;
                    var target = product.Row(columns[i]);
                    TensorPrimitives.MultiplyAdd(b.Row(r), values[i], target, target);
                }
            }
        });
        return product;
    }
}
