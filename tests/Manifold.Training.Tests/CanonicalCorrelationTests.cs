using MathNet.Numerics.LinearAlgebra;

namespace Manifold.Training.Tests;

public sealed class CanonicalCorrelationTests
{
    private const int Samples = 20_000;

    [Fact]
    public void Fit_RecoversKnownCorrelations()
    {
        const int Seed = 7;
        // Two views of 5 and 4 columns share two hidden variables: correlations 0.9 and 0.5, then none. Mixing must not matter.
        var random = new Random(Seed);
        var hidden = DenseMatrix.Gaussian(Samples, 2 + 5 + 4, random);
        double[] rho = [0.9, 0.5];
        var x = Matrix<double>.Build.Dense(Samples, 5, (r, c) => hidden.Row(r)[2 + c]);
        var y = Matrix<double>.Build.Dense(Samples, 4, (r, c) => hidden.Row(r)[7 + c]);
        for (int r = 0; r < Samples; r++)
        {
            for (int d = 0; d < 2; d++)
            {
                double shared = hidden.Row(r)[d];
                x[r, d] = (Math.Sqrt(rho[d]) * shared) + (Math.Sqrt(1 - rho[d]) * x[r, d]);
                y[r, d] = (Math.Sqrt(rho[d]) * shared) + (Math.Sqrt(1 - rho[d]) * y[r, d]);
            }
        }

        var mixX = DenseMatrix.Gaussian(5, 5, random).ToMathNet();
        var mixY = DenseMatrix.Gaussian(4, 4, random).ToMathNet();
        x *= mixX;
        y *= mixY;

        var yy = y.TransposeThisAndMultiply(y) / Samples;
        var cca = CanonicalCorrelation.Fit(
            CanonicalCorrelation.Decompose(
                x.TransposeThisAndMultiply(x) / Samples, DenseMatrix.FromMathNet(y.TransposeThisAndMultiply(x) / Samples), 1e-9,
                b => DenseMatrix.FromMathNet(yy.Solve(b.ToMathNet()))),
            3, power: 0);

        Assert.True(Math.Abs(cca.Correlations[0] - 0.9) < 0.02, $"seed {Seed}: {cca.Correlations[0]}");
        Assert.True(Math.Abs(cca.Correlations[1] - 0.5) < 0.03, $"seed {Seed}: {cca.Correlations[1]}");
        Assert.True(cca.Correlations[2] < 0.05, $"seed {Seed}: {cca.Correlations[2]}");
        // The maps give unit variances and the correlations themselves.
        var (u, v) = (x * cca.MapX.ToMathNet(), y * cca.MapY.ToMathNet());
        Assert.Equal(1, u.Column(0).DotProduct(u.Column(0)) / Samples, 0.01);
        Assert.Equal(cca.Correlations[0], u.Column(0).DotProduct(v.Column(0)) / Samples, 0.01);
        Assert.Equal(0, u.Column(0).DotProduct(v.Column(1)) / Samples, 0.01);
    }

    [Fact]
    public void Fit_WithAPower_ScalesEachDirectionByItsCorrelation()
    {
        var yx = new DenseMatrix(2, 2, [0.8f, 0, 0, 0.2f]);
        var cca = CanonicalCorrelation.Fit(CanonicalCorrelation.Decompose(Matrix<double>.Build.DenseIdentity(2), yx, 0, b => b), 2, power: 2);
        Assert.Equal(0.64, Math.Abs(cca.MapX.Values[0]), 1e-6);
        Assert.Equal(0.04, Math.Abs(cca.MapY.Values[3]), 1e-6);
    }

    [Fact]
    public void RightSingularVectors_SpanTheLeadingDirections()
    {
        const int Seed = 3;
        // Rank 3 plus small noise: the projection onto 3 vectors keeps nearly all energy.
        var random = new Random(Seed);
        var low = DenseProducts.Multiply(DenseMatrix.Gaussian(200, 3, random), DenseMatrix.Gaussian(3, 60, random));
        var noise = DenseMatrix.Gaussian(200, 60, random);
        for (int i = 0; i < low.Values.Length; i++)
            low.Values[i] += 0.01f * noise.Values[i];
        var basis = RandomizedRange.RightSingularVectors(60, 3, b => DenseProducts.Multiply(low, b), b => DenseProducts.TransposeMultiply(low, b), Seed);
        var kept = DenseProducts.Multiply(low, basis);
        double share = kept.Values.Sum(v => (double)v * v) / low.Values.Sum(v => (double)v * v);
        Assert.True(share > 0.9995, $"seed {Seed}: {share}");
        var gram = DenseProducts.TransposeMultiply(basis, basis);
        for (int i = 0; i < 9; i++)
            Assert.Equal(i % 4 == 0 ? 1 : 0, gram.Values[i], 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RidgeSolver_SolvesAgainstTheCentredCovariance(int seed)
    {
        var random = new Random(seed);
        const int Rows = 30, Columns = 12;
        var dense = new DenseMatrix(Rows, Columns);
        var sparse = new List<IReadOnlyList<(int, float)>>();
        for (int r = 0; r < Rows; r++)
        {
            var row = Enumerable.Range(0, Columns).Where(_ => random.NextDouble() < 0.3).Select(c => (c, random.NextSingle() - 0.3f)).ToArray();
            foreach (var (c, value) in row)
                dense.Row(r)[c] = value;
            sparse.Add(row);
        }

        double[] weights = [.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble())];
        weights = [.. weights.Select(weight => weight / weights.Sum())];
        var y = dense.ToMathNet();
        var mean = y.TransposeThisAndMultiply(MathNet.Numerics.LinearAlgebra.Vector<double>.Build.DenseOfArray(weights));
        var covariance = y.TransposeThisAndMultiply(Matrix<double>.Build.DenseOfDiagonalArray(weights) * y) - mean.OuterProduct(mean);
        var b = DenseMatrix.Gaussian(Columns, 3, random);
        var expected = (covariance + (0.05 * Matrix<double>.Build.DenseIdentity(Columns))).Solve(b.ToMathNet());
        var solved = new RidgeSolver(new SparseMatrix(sparse, Columns), weights, [.. mean.Select(value => (float)value)], 0.05, 30).Solve(b);
        double scale = expected.Enumerate().Max(Math.Abs);
        for (int i = 0; i < solved.Values.Length; i++)
            Assert.True(Math.Abs(expected[i / 3, i % 3] - solved.Values[i]) < 1e-3 * scale, $"seed {seed}: {expected[i / 3, i % 3]} against {solved.Values[i]}");
    }

    [Fact]
    public void SparseProducts_EqualDenseOnes()
    {
        var sparse = new SparseMatrix([[(0, 1f), (2, -2f)], [], [(1, 3f)]], 3);
        var b = new DenseMatrix(3, 2, [1, 2, 3, 4, 5, 6]);
        Assert.Equal([-9, -10, 0, 0, 9, 12], sparse.Multiply(b).Values);
        Assert.Equal([1, 2, 15, 18, -2, -4], sparse.TransposeMultiply(b).Values);
    }
}
