namespace Manifold.Index.Tests.Kernels;

public sealed class VectorMathTests
{
    [Fact]
    public void Sums_EveryDimension_AreTheReferencesWithinRounding()
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in KernelCases.Dimensions)
        {
            float[] a = random.NextVector(dimension), b = random.NextVector(dimension);
            AssertNear(KernelReference.Score(Metric.InnerProduct, a, b), VectorMath.Dot(a, b), KernelReference.Tolerance(Metric.InnerProduct, a, b));
            AssertNear(-KernelReference.Score(Metric.L2, a, b), VectorMath.SquaredL2(a, b), KernelReference.Tolerance(Metric.L2, a, b));
            AssertNear(KernelReference.Score(Metric.InnerProduct, a, a), VectorMath.SquaredNorm(a), KernelReference.Tolerance(Metric.InnerProduct, a, a));
        }
    }

    [Fact]
    public void Sums_EmptyVectors_AreZero()
    {
        Assert.Equal(0, VectorMath.Dot([], []));
        Assert.Equal(0, VectorMath.SquaredL2([], []));
        Assert.Equal(0, VectorMath.SquaredNorm([]));
        Assert.True(VectorMath.IsFinite([]));
    }

    [Fact]
    public void Sums_DifferentLengths_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => VectorMath.Dot([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => VectorMath.SquaredL2([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => VectorMath.Normalize([1], new float[2]));
    }

    [Fact]
    public void IsFinite_OneBadElementAtAnyPlace_IsFound()
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in KernelCases.Dimensions)
        {
            float[] vector = random.NextVector(dimension);
            vector[random.Next(dimension)] = float.MaxValue;
            vector[random.Next(dimension)] = float.Epsilon;
            Assert.True(VectorMath.IsFinite(vector));

            foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            {
                foreach (int place in (int[])[0, dimension / 2, dimension - 1, random.Next(dimension)])
                {
                    float good = vector[place];
                    vector[place] = bad;
                    Assert.False(VectorMath.IsFinite(vector), $"{bad} at {place} of {dimension}");
                    vector[place] = good;
                }
            }
        }
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(1e-44f)]
    [InlineData(1e30f)]
    [InlineData(float.MaxValue)]
    public void Normalize_AnyMagnitude_HasUnitLengthAndTheSameDirection(float magnitude)
    {
        float[] vector = [magnitude, -magnitude, 0, magnitude, magnitude];
        float[] expected = [0.5f, -0.5f, 0, 0.5f, 0.5f];
        float[] normalized = new float[5];

        VectorMath.Normalize(vector, normalized);
        VectorMath.Normalize(vector, vector);

        Assert.Equal(expected, normalized);
        Assert.Equal(expected, vector);
    }

    [Fact]
    public void Normalize_EveryDimension_HasUnitLength()
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in KernelCases.Dimensions)
        {
            float[] vector = random.NextVector(dimension);
            VectorMath.Normalize(vector, vector);

            // Each element is rounded once, by at most 2⁻²⁴ of itself, so the length is too.
            Assert.Equal(1, Math.Sqrt(KernelReference.Score(Metric.InnerProduct, vector, vector)), 1.0 / (1 << 24));
        }
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1f, float.NaN)]
    [InlineData(float.NegativeInfinity, 1f)]
    public void Normalize_NoDirection_IsRefused(float first, float second) =>
        Assert.Throws<ArgumentException>("source", () => VectorMath.Normalize([first, second], new float[2]));

    [Fact]
    public void Normalize_EmptyVector_IsRefused() =>
        Assert.Throws<ArgumentException>("source", () => VectorMath.Normalize([], []));

    private static void AssertNear(double expected, float actual, double tolerance) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance, $"{actual:R} is not {expected:R} ± {tolerance:R}.");
}
