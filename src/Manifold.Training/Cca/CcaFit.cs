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

    /// <summary>The text side, reduced.</summary>
    /// <param name="Basis">[buckets × rank], orthonormal.</param>
    /// <param name="Reduced">[texts × rank].</param>
    /// <param name="Idf">Weight of each bucket, kept in the model.</param>
    public sealed record TextSide(DenseMatrix Basis, DenseMatrix Reduced, float[] Idf);

    /// <summary>Leading right singular directions of the text features (latent semantic analysis).</summary>
    public static TextSide Reduce(SparseMatrix texts, float[] idf, int rank, int seed)
    {
        var basis = RandomizedRange.RightSingularVectors(
            texts.Columns, Math.Min(rank, texts.Rows), texts.Multiply, texts.TransposeMultiply, seed);
        return new TextSide(basis, texts.Multiply(basis), idf);
    }

    /// <summary>Weighted means and covariances of the pairs.</summary>
    public sealed record Moments(float[] MeanX, float[] MeanY, Matrix<double> XX, Matrix<double> YY, Matrix<double> XY);

    /// <summary>Moments of the pairs of reduced pictures and texts.</summary>
    /// <param name="x">Reduced pictures.</param>
    /// <param name="y">Reduced texts.</param>
    /// <param name="pairs">Which picture belongs to which text, and how much the pair counts.</param>
    public static Moments Measure(DenseMatrix x, DenseMatrix y, IReadOnlyList<(int Picture, int Text, double Weight)> pairs)
    {
        var xWeights = new double[x.Rows];
        var yWeights = new double[y.Rows];
        var xOfText = new DenseMatrix(y.Rows, x.Columns);
        double total = pairs.Sum(pair => pair.Weight);
        foreach (var (picture, text, weight) in pairs)
        {
            double share = weight / total;
            xWeights[picture] += share;
            yWeights[text] += share;
            TensorPrimitives.MultiplyAdd(x.Row(picture), (float)share, xOfText.Row(text), xOfText.Row(text));
        }

        var xMean = Mean(x, xWeights);
        var yMean = Mean(y, yWeights);
        return new Moments(
            xMean, yMean, Covariance(x, xWeights, xMean), Covariance(y, yWeights, yMean),
            DenseProducts.TransposeMultiply(xOfText, y).ToMathNet() - Outer(xMean, yMean));
    }

    /// <summary>Solves, and folds the reductions into the maps.</summary>
    public static CcaModel Solve(PictureSide pictures, TextSide texts, Moments moments, CcaOptions options)
    {
        var cca = CanonicalCorrelation.Fit(
            moments.XX, moments.YY, moments.XY, options.Dimension, options.PictureRidge, options.TextRidge, options.CorrelationPower);
        var mapX = DenseMatrix.FromMathNet(cca.MapX);
        var mapY = DenseMatrix.FromMathNet(cca.MapY);
        return new CcaModel(
            DenseProducts.Multiply(pictures.Basis, mapX), Through(moments.MeanX, mapX),
            DenseProducts.Multiply(texts.Basis, mapY), Through(moments.MeanY, mapY), texts.Idf, cca.Correlations);
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
