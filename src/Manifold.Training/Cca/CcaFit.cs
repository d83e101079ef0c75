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

    /// <summary>Fits.</summary>
    /// <param name="pictures">The reduced picture side.</param>
    /// <param name="texts">Features of the distinct texts.</param>
    /// <param name="idf">Their bucket weights, kept in the model.</param>
    /// <param name="pairs">Which picture belongs to which text, and how much the pair counts.</param>
    /// <param name="options">Ranks, ridges, power, seed.</param>
    public static CcaModel Fit(
        PictureSide pictures, SparseMatrix texts, float[] idf, IReadOnlyList<(int Picture, int Text, double Weight)> pairs, CcaOptions options)
    {
        var x = pictures.Reduced;
        var textBasis = RandomizedRange.RightSingularVectors(
            texts.Columns, Math.Min(options.TextRank, texts.Rows), texts.Multiply, texts.TransposeMultiply, options.Seed);
        var y = texts.Multiply(textBasis);

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
        var xx = Covariance(x, xWeights, xMean);
        var yy = Covariance(y, yWeights, yMean);
        var xy = DenseProducts.TransposeMultiply(xOfText, y).ToMathNet() - Outer(xMean, yMean);
        var cca = CanonicalCorrelation.Fit(
            xx, yy, xy, options.Dimension, options.PictureRidge, options.TextRidge, options.CorrelationPower);

        var mapX = DenseMatrix.FromMathNet(cca.MapX);
        var mapY = DenseMatrix.FromMathNet(cca.MapY);
        return new CcaModel(
            DenseProducts.Multiply(pictures.Basis, mapX), DenseProducts.Multiply(new DenseMatrix(1, xMean.Length, xMean), mapX).Values,
            DenseProducts.Multiply(textBasis, mapY), DenseProducts.Multiply(new DenseMatrix(1, yMean.Length, yMean), mapY).Values,
            idf, cca.Correlations);
    }

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
