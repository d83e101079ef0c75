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
    private CanonicalCorrelation(double[] correlations, DenseMatrix mapX, DenseMatrix mapY)
    {
        Correlations = correlations;
        MapX = mapX;
        MapY = mapY;
    }

    /// <summary>The (regularised) canonical correlations, greatest first.</summary>
    public double[] Correlations { get; }

    /// <summary>[x × dimensions]: a centred row x maps to x·MapX.</summary>
    public DenseMatrix MapX { get; }

    /// <summary>[y × dimensions]: a centred row y maps to y·MapY.</summary>
    public DenseMatrix MapY { get; }

    /// <summary>
    /// The problem with x made white: with W = (xx + ridge)^(-1/2) and R = (yy + ridge)^(-1)·yx·W, the eigenvectors of (yx·W)ᵀ·R are the directions.
    /// The y side is only met as a regression, so that it may be as wide as the n-grams are.
    /// </summary>
    /// <param name="WhitenX">W, [x × x].</param>
    /// <param name="Regression">R, [y × x].</param>
    /// <param name="SquaredCorrelations">Eigenvalues, greatest first.</param>
    /// <param name="Directions">Eigenvectors, [x × x].</param>
    public sealed record Whitened(DenseMatrix WhitenX, DenseMatrix Regression, double[] SquaredCorrelations, Matrix<double> Directions);

    /// <summary>Whitens x, regresses and decomposes: all of the work.</summary>
    /// <param name="xx">Covariance of x, [x × x].</param>
    /// <param name="yx">Cross-covariance, [y × x].</param>
    /// <param name="ridgeX">Added to the diagonal of xx, as a share of its mean.</param>
    /// <param name="solveYY">Solves (yy + ridge)·R = B for R.</param>
    public static Whitened Decompose(Matrix<double> xx, DenseMatrix yx, double ridgeX, Func<DenseMatrix, DenseMatrix> solveYY)
    {
        var whitenX = DenseMatrix.FromMathNet(InverseRoot(xx, ridgeX));
        var target = DenseProducts.Multiply(yx, whitenX);
        var regression = solveYY(target);
        var coherence = DenseProducts.TransposeMultiply(target, regression).ToMathNet();
        // Symmetric but for rounding.
        var (values, vectors) = RandomizedRange.DescendingEigen((coherence + coherence.Transpose()) / 2);
        return new Whitened(whitenX, regression, values, vectors);
    }

    /// <summary>The maps of the leading directions.</summary>
    /// <param name="whitened">What <see cref="Decompose"/> gave.</param>
    /// <param name="dimensions">Number of directions, at most the width of x.</param>
    /// <param name="power">Each direction is scaled by its correlation to this power, in both maps.</param>
    public static CanonicalCorrelation Fit(Whitened whitened, int dimensions, double power)
    {
        int width = whitened.SquaredCorrelations.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, width);
        double[] correlations = [.. whitened.SquaredCorrelations.Take(dimensions).Select(square => Math.Sqrt(Math.Max(square, 0)))];
        var leading = whitened.Directions.SubMatrix(0, width, 0, dimensions);
        var x = leading.MapIndexed((_, c, value) => value * Math.Pow(correlations[c], power));
        // A direction of the regression has the length of its correlation; a y of unit variance divides it out.
        var y = leading.MapIndexed((_, c, value) => correlations[c] > 1e-9 ? value * Math.Pow(correlations[c], power - 1) : 0);
        return new CanonicalCorrelation(
            correlations,
            DenseProducts.Multiply(whitened.WhitenX, DenseMatrix.FromMathNet(x)),
            DenseProducts.Multiply(whitened.Regression, DenseMatrix.FromMathNet(y)));
    }

    private static Matrix<double> InverseRoot(Matrix<double> covariance, double ridge)
    {
        double floor = ridge * covariance.Diagonal().Average();
        var (values, vectors) = RandomizedRange.DescendingEigen(covariance);
        var scaled = vectors.MapIndexed((_, c, value) => value / Math.Sqrt(Math.Max(values[c], 0) + floor));
        return scaled.TransposeAndMultiply(vectors);
    }
}
