using System.Numerics.Tensors;

namespace Manifold.Training;

/// <summary>
/// Solves (C + ridge·I)·R = B for the covariance C = Yᵀ·D·Y − ȳ·ȳᵀ of sparse weighted rows, without forming it: conjugate gradients on all columns
/// of B side by side (Hestenes and Stiefel, 1952), preconditioned with the diagonal.
/// </summary>
/// <param name="rows">Y, [rows × columns].</param>
/// <param name="weights">The diagonal of D; sums to 1.</param>
/// <param name="mean">ȳ, [columns].</param>
/// <param name="ridge">Greater than 0.</param>
/// <param name="iterations">Number of steps. The figures in docs/training.md do not move after the default of the trainer.</param>
internal sealed class RidgeSolver(SparseMatrix rows, double[] weights, float[] mean, double ridge, int iterations)
{
    /// <summary>R, [columns × columns of B].</summary>
    public DenseMatrix Solve(DenseMatrix b)
    {
        float[] scale = InverseDiagonal();
        var solution = new DenseMatrix(b.Rows, b.Columns);
        var residual = b.Clone();
        var direction = Precondition(residual, scale);
        double[] old = ColumnDots(residual, direction);
        for (int i = 0; i < iterations; i++)
        {
            var image = Apply(direction);
            double[] curvature = ColumnDots(direction, image);
            float[] step = [.. old.Zip(curvature, (o, c) => c > 0 ? (float)(o / c) : 0)];
            AddScaled(solution, direction, step);
            AddScaled(residual, image, [.. step.Select(s => -s)]);
            var next = Precondition(residual, scale);
            double[] fresh = ColumnDots(residual, next);
            float[] momentum = [.. fresh.Zip(old, (f, o) => o > 0 ? (float)(f / o) : 0)];
            AddScaled(next, direction, momentum);
            (direction, old) = (next, fresh);
        }

        return solution;
    }

    // Without the mean's part, which is small beside the diagonal and only matters for how fast it converges.
    private float[] InverseDiagonal()
    {
        var diagonal = new double[rows.Columns];
        for (int r = 0; r < rows.Rows; r++)
        {
            var columns = rows.ColumnsOf(r);
            var values = rows.ValuesOf(r);
            for (int i = 0; i < columns.Length; i++)
                diagonal[columns[i]] += weights[r] * values[i] * values[i];
        }

        return [.. diagonal.Select(value => (float)(1 / (value + ridge)))];
    }

    private DenseMatrix Apply(DenseMatrix x)
    {
        var image = rows.TransposeMultiply(rows.Multiply(x).ScaleRows(weights));
        var along = DenseProducts.Multiply(new DenseMatrix(1, mean.Length, mean), x).Values;
        Parallel.For(0, x.Rows, r =>
        {
            var target = image.Row(r);
            TensorPrimitives.MultiplyAdd(along, -mean[r], target, target);
            TensorPrimitives.MultiplyAdd(x.Row(r), (float)ridge, target, target);
        });
        return image;
    }

    private static DenseMatrix Precondition(DenseMatrix x, float[] scale)
    {
        var scaled = new DenseMatrix(x.Rows, x.Columns);
        Parallel.For(0, x.Rows, r => TensorPrimitives.Multiply(x.Row(r), scale[r], scaled.Row(r)));
        return scaled;
    }

    private static double[] ColumnDots(DenseMatrix a, DenseMatrix b)
    {
        // In blocks of rows: float within a block, double between them.
        const int Block = 256;
        var sums = new double[a.Columns];
        int blocks = (a.Rows + Block - 1) / Block;
        Parallel.For(0, blocks, block =>
        {
            var partial = new float[a.Columns];
            for (int r = block * Block; r < Math.Min(a.Rows, (block + 1) * Block); r++)
                TensorPrimitives.MultiplyAdd(a.Row(r), b.Row(r), partial, partial);
            lock (sums)
            {
                for (int c = 0; c < sums.Length; c++)
                    sums[c] += partial[c];
            }
        });
        return sums;
    }

    private static void AddScaled(DenseMatrix target, DenseMatrix source, float[] factors) =>
        Parallel.For(0, target.Rows, r => TensorPrimitives.MultiplyAdd(source.Row(r), factors, target.Row(r), target.Row(r)));
}
