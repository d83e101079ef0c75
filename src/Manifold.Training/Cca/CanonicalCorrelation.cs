using MathNet.Numerics.LinearAlgebra;

namespace Manifold.Training;

/// <summary>
/// Regularised canonical correlation analysis (Hotelling, "Relations between two sets of variates", Biometrika 28, 1936; the ridge as in
/// Hardoon, Szedmak and Shawe-Taylor, "Canonical correlation analysis", Neural Computation 16(12), 2004): linear maps of two views whose images
/// correlate most. Cosine retrieval works better when a direction counts by its correlation to some power, as in Gong et al., "A multi-view
/// embedding space for modeling internet images, tags, and their semantics", IJCV 106(2), 2014.
/// </summary>
internal sealed class CanonicalCorrelation
{
    private CanonicalCorrelation(double[] correlations, Matrix<double> mapX, Matrix<double> mapY)
    {
        Correlations = correlations;
        MapX = mapX;
        MapY = mapY;
    }

    /// <summary>The (regularised) canonical correlations, greatest first.</summary>
    public double[] Correlations { get; }

    /// <summary>[x × dimensions]: a centred row x maps to x·MapX.</summary>
    public Matrix<double> MapX { get; }

    /// <summary>[y × dimensions]: a centred row y maps to y·MapY.</summary>
    public Matrix<double> MapY { get; }

    /// <summary>Solves for the leading directions.</summary>
    /// <param name="xx">Covariance of x, [x × x].</param>
    /// <param name="yy">Covariance of y, [y × y].</param>
    /// <param name="xy">Cross-covariance, [x × y].</param>
    /// <param name="dimensions">Number of directions, at most the lesser of the two sizes.</param>
    /// <param name="ridgeX">Added to the diagonal of xx, as a share of its mean.</param>
    /// <param name="ridgeY">Added to the diagonal of yy, as a share of its mean.</param>
    /// <param name="power">Each direction is scaled by its correlation to this power, in both maps.</param>
    public static CanonicalCorrelation Fit(
        Matrix<double> xx, Matrix<double> yy, Matrix<double> xy, int dimensions, double ridgeX, double ridgeY, double power)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, Math.Min(xx.RowCount, yy.RowCount));
        var whitenX = InverseRoot(xx, ridgeX);
        var whitenY = InverseRoot(yy, ridgeY);
        var coherence = whitenX * xy * whitenY;
        var (squares, left) = RandomizedRange.DescendingEigen(coherence.TransposeAndMultiply(coherence));
        double[] correlations = [.. squares.Take(dimensions).Select(square => Math.Sqrt(Math.Max(square, 0)))];
        var u = left.SubMatrix(0, xx.RowCount, 0, dimensions);
        var v = coherence.TransposeThisAndMultiply(u);
        var weights = correlations.Select(correlation => Math.Pow(correlation, power)).ToArray();
        var mapX = (whitenX * u).MapIndexed((_, c, value) => value * weights[c]);
        // Column c of v has the length of its correlation.
        var mapY = (whitenY * v).MapIndexed((_, c, value) => correlations[c] > 1e-9 ? value * weights[c] / correlations[c] : 0);
        return new CanonicalCorrelation(correlations, mapX, mapY);
    }

    private static Matrix<double> InverseRoot(Matrix<double> covariance, double ridge)
    {
        double floor = ridge * covariance.Diagonal().Average();
        var (values, vectors) = RandomizedRange.DescendingEigen(covariance);
        var scaled = vectors.MapIndexed((_, c, value) => value / Math.Sqrt(Math.Max(values[c], 0) + floor));
        return scaled.TransposeAndMultiply(vectors);
    }
}
