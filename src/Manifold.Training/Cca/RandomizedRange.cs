using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Manifold.Training;

/// <summary>
/// The leading right singular vectors of a tall matrix by random projection with power iterations (Halko, Martinsson and Tropp, "Finding
/// structure with randomness", SIAM Review 53(2), 2011, algorithm 4.4 and section 5).
/// </summary>
internal static class RandomizedRange
{
    private const int Oversampling = 24;
    private const int PowerIterations = 3;

    /// <summary>An orthonormal basis [columns × rank] of the leading right singular vectors, in descending order.</summary>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="rank">How many vectors.</param>
    /// <param name="multiply">Computes A·B.</param>
    /// <param name="transposeMultiply">Computes Aᵀ·B.</param>
    /// <param name="seed">Seed of the projection.</param>
    public static DenseMatrix RightSingularVectors(
        int columns, int rank, Func<DenseMatrix, DenseMatrix> multiply, Func<DenseMatrix, DenseMatrix> transposeMultiply, int seed)
    {
        int width = Math.Min(columns, rank + Oversampling);
        var basis = Orthonormalise(DenseMatrix.Gaussian(columns, width, new Random(seed)));
        for (int i = 0; i < PowerIterations; i++)
            basis = Orthonormalise(transposeMultiply(multiply(basis)));
        // A rotation within the span puts the directions in the order of their singular values.
        var projected = multiply(basis);
        var (_, vectors) = DescendingEigen(DenseProducts.TransposeMultiply(projected, projected).ToMathNet());
        return DenseProducts.Multiply(basis, DenseMatrix.FromMathNet(vectors.SubMatrix(0, width, 0, Math.Min(rank, width))));
    }

    /// <summary>Eigenvalues and eigenvectors (columns) of a symmetric matrix, greatest first.</summary>
    public static (double[] Values, Matrix<double> Vectors) DescendingEigen(Matrix<double> symmetric)
    {
        Evd<double> evd = symmetric.Evd(Symmetricity.Symmetric);
        int n = symmetric.RowCount;
        double[] values = [.. evd.EigenValues.Select(value => value.Real).Reverse()];
        return (values, Matrix<double>.Build.Dense(n, n, (r, c) => evd.EigenVectors[r, n - 1 - c]));
    }

    // Q = A G^(-1/2) with G = AᵀA: cheaper than Householder for tall matrices, and the power iteration forgives its lower accuracy.
    private static DenseMatrix Orthonormalise(DenseMatrix a)
    {
        var (values, vectors) = DescendingEigen(DenseProducts.TransposeMultiply(a, a).ToMathNet());
        double floor = values[0] * 1e-10;
        var scaled = vectors.MapIndexed((_, c, value) => value / Math.Sqrt(Math.Max(values[c], floor)));
        return DenseProducts.Multiply(a, DenseMatrix.FromMathNet(scaled));
    }
}
