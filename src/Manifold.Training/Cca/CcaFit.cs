using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Manifold.Training;

/// <summary>Fits the model: principal directions of both views first, then regularised CCA between them.</summary>
internal static class CcaFit
{
    /// <summary>The image side of a fit, reduced: it does not depend on the texts and can be shared between fits.</summary>
    /// <param name="Basis">[features × rank], orthonormal.</param>
    /// <param name="Reduced">[pictures × rank].</param>
    public sealed record PictureSide(DenseMatrix Basis, DenseMatrix Reduced);

    /// <summary>Principal directions of picture features [pictures × features] (of the second moment about the mean).</summary>
    public static PictureSide Reduce(DenseMatrix features, int rank, int seed)
    {
        var centred = features.Clone();
        var mean = Mean(features, null);
        for (int r = 0; r < centred.Rows; r++)
            TensorPrimitives.Subtract(centred.Row(r), mean, centred.Row(r));
        var basis = RandomizedRange.RightSingularVectors(
            features.Columns, Math.Min(rank, features.Columns),
            b => DenseProducts.Multiply(centred, b), b => DenseProducts.TransposeMultiply(centred, b), seed);
        return new PictureSide(basis, DenseProducts.Multiply(features, basis));
    }

    /// <summary>Finds the canonical directions; power and dimension are chosen afterwards by <see cref="Finish"/>.</summary>
    /// <param name="pictures">The reduced picture side.</param>
    /// <param name="texts">Features of the distinct texts.</param>
    /// <param name="pairs">Which picture belongs to which text, and how much the pair counts.</param>
    /// <param name="options">Ridges and iterations.</param>
    public static Solution Solve(PictureSide pictures, SparseMatrix texts, IReadOnlyList<(int Picture, int Text, double Weight)> pairs, CcaOptions options)
    {
        var x = pictures.Reduced;
        var xWeights = new double[x.Rows];
        var textWeights = new double[texts.Rows];
        var xOfText = new DenseMatrix(texts.Rows, x.Columns);
        double total = pairs.Sum(pair => pair.Weight);
        foreach (var (picture, text, weight) in pairs)
        {
            double share = weight / total;
            xWeights[picture] += share;
            textWeights[text] += share;
            TensorPrimitives.MultiplyAdd(x.Row(picture), (float)share, xOfText.Row(text), xOfText.Row(text));
        }

        var xMean = Mean(x, xWeights);
        var textMean = texts.TransposeMultiply(new DenseMatrix(texts.Rows, 1, [.. textWeights.Select(weight => (float)weight)])).Values;
        for (int t = 0; t < texts.Rows; t++)
            TensorPrimitives.MultiplyAdd(xMean, (float)-textWeights[t], xOfText.Row(t), xOfText.Row(t));
        var cross = texts.TransposeMultiply(xOfText);
        var solver = new RidgeSolver(texts, textWeights, textMean, options.TextRidge / texts.Rows, options.Iterations);
        var whitened = CanonicalCorrelation.Decompose(Covariance(x, xWeights, xMean), cross, options.PictureRidge, solver.Solve);
        return new Solution(xMean, textMean, whitened);
    }

    /// <summary>What <see cref="Solve"/> found.</summary>
    /// <param name="MeanX">Weighted mean of the reduced pictures.</param>
    /// <param name="MeanText">Weighted mean of the texts, [buckets].</param>
    /// <param name="Whitened">The decomposition.</param>
    public sealed record Solution(float[] MeanX, float[] MeanText, CanonicalCorrelation.Whitened Whitened);

    /// <summary>Folds the reduction into the maps of the leading directions.</summary>
    public static CcaModel Finish(PictureSide pictures, float[] idf, Solution solution, CcaOptions options)
    {
        var cca = CanonicalCorrelation.Fit(solution.Whitened, options.Dimension, options.CorrelationPower);
        return new CcaModel(
            DenseProducts.Multiply(pictures.Basis, cca.MapX), Through(solution.MeanX, cca.MapX),
            cca.MapY, Through(solution.MeanText, cca.MapY), idf, cca.Correlations);
    }

    private static float[] Through(float[] row, DenseMatrix map) => DenseProducts.Multiply(new DenseMatrix(1, row.Length, row), map).Values;

    private static float[] Mean(DenseMatrix matrix, double[]? weights)
    {
        var sum = new float[matrix.Columns];
        for (int r = 0; r < matrix.Rows; r++)
            TensorPrimitives.MultiplyAdd(matrix.Row(r), weights is null ? 1f / matrix.Rows : (float)weights[r], sum, sum);
        return sum;
    }

    private static Matrix<double> Covariance(DenseMatrix matrix, double[] weights, float[] mean)
    {
        var scaled = matrix.Clone().ScaleRows([.. weights.Select(Math.Sqrt)]);
        return DenseProducts.TransposeMultiply(scaled, scaled).ToMathNet() - Outer(mean, mean);
    }

    private static Matrix<double> Outer(float[] a, float[] b) => Matrix<double>.Build.Dense(a.Length, b.Length, (i, j) => (double)a[i] * b[j]);
}
