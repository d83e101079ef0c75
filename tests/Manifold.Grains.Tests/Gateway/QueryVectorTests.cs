using Manifold.Index;

namespace Manifold.Grains.Tests;

/// <summary>The vector that the parts of a query add up to.</summary>
public sealed class QueryVectorTests
{
    private static readonly float[] East = [2, 0], North = [0, 0.5f];

    private static SpaceInfo Space(Metric metric) => new("default", 2, metric, "", IsMultiVector: true);

    [Fact]
    public void Combine_APartOfSeveralVectors_IsTheQueryAsItIs()
    {
        Assert.Equal([3, 4, 5, 6], QueryVector.Combine(Space(Metric.Cosine), [([3, 4, 5, 6], 1)]));
        foreach (var parts in ((float[], double)[][])[[([3, 4, 5, 6], 2)], [(East, 1), ([3, 4, 5, 6], 1)]])
            Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<ManifoldException>(() => QueryVector.Combine(Space(Metric.Cosine), parts)).Kind);
    }

    [Fact]
    public void Combine_OnePart_CosineIsItsDirectionAndTheOthersItself()
    {
        AssertClose([0.6f, 0.8f], QueryVector.Combine(Space(Metric.Cosine), [([3, 4], 1)]));
        AssertClose([-0.6f, -0.8f], QueryVector.Combine(Space(Metric.Cosine), [([3, 4], -7)]));
        AssertClose([6, 8], QueryVector.Combine(Space(Metric.InnerProduct), [([3, 4], 2)]));
        AssertClose([3, 4], QueryVector.Combine(Space(Metric.L2), [([3, 4], 1)]));
    }

    [Fact]
    public void Combine_SingleWeightedPartUnderL2_IsThePointItself() => AssertClose([3, 4], QueryVector.Combine(Space(Metric.L2), [([3, 4], 2)]));

    [Fact]
    public void Combine_Cosine_LengthsOfPartsDoNotCount() =>
        AssertClose([MathF.Sqrt(0.5f), MathF.Sqrt(0.5f)], QueryVector.Combine(Space(Metric.Cosine), [(East, 3), (North, 3)]));

    [Fact]
    public void Combine_InnerProduct_IsTheWeightedSum() =>
        AssertClose([6, -1], QueryVector.Combine(Space(Metric.InnerProduct), [(East, 3), (North, -2)]));

    [Fact]
    public void Combine_L2_IsTheWeightedMean() => AssertClose([1.5f, 0.125f], QueryVector.Combine(Space(Metric.L2), [(East, 3), (North, 1)]));

    [Fact]
    public void Combine_L2WithANegativeWeight_PointsAway() => AssertClose([4, -0.5f], QueryVector.Combine(Space(Metric.L2), [(East, 2), (North, -1)]));

    [Fact]
    public void Combine_InputsAreNotChanged()
    {
        float[] vector = [3, 4];
        QueryVector.Combine(Space(Metric.Cosine), [(vector, 2), (vector, 1)]);
        Assert.Equal([3, 4], vector);
    }

    [Theory]
    [InlineData(Metric.Cosine, "parts[1]", 1, 0, 0, 0)]
    [InlineData(Metric.Cosine, "parts", 1, 0, -1, 0)]
    [InlineData(Metric.Cosine, "parts", 1, 0, -5, 0)]
    public void Combine_NoDirection_InvalidArgument(Metric metric, string field, float x, float y, float otherX, float otherY)
    {
        var failure = Assert.Throws<ManifoldException>(() => QueryVector.Combine(Space(metric), [([x, y], 1), ([otherX, otherY], 1)]));
        Assert.Equal((ErrorKind.InvalidArgument, field), (failure.Kind, failure.Field));
    }

    [Fact]
    public void Combine_L2WeightsThatSumToZero_InvalidArgument()
    {
        var failure = Assert.Throws<ManifoldException>(() => QueryVector.Combine(Space(Metric.L2), [(East, 1), (North, -1)]));
        Assert.Equal((ErrorKind.InvalidArgument, "parts"), (failure.Kind, failure.Field));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }
}
