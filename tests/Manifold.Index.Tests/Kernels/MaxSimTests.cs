using Manifold.Index.Kernels;

namespace Manifold.Index.Tests.Kernels;

public sealed unsafe class MaxSimTests
{
    [Theory]
    [InlineData(Metric.InnerProduct)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.L2)]
    public void Score_OfAnyCounts_IsTheSumOfTheBest(Metric metric)
    {
        var random = Seeds.Create();
        foreach (var dimension in (int[])[1, 3, 16, 37, 64, 130])
            foreach (var queries in (int[])[1, 2, MaxSim.LeastTogether - 1, MaxSim.LeastTogether, 16, 17, 70])
                foreach (var vectors in (int[])[1, 2, 4, 5, 6, 7, 12, 13, 50])
                {
                    float[] query = Random(random, queries * dimension), stored = Random(random, vectors * dimension);
                    using var maxSim = new MaxSim(metric, dimension, query);
                    fixed (float* start = stored)
                    {
                        VectorBlock block = new(start, vectors, dimension);
                        var matches = maxSim.Match(block, default);
                        for (var q = 0; q < queries; q++)
                        {
                            var scores = Enumerable.Range(0, vectors).Select(x => Score(metric, query.AsSpan(q * dimension, dimension), block.Row(x))).ToArray();
                            Assert.Equal(new VectorMatch(q, Array.IndexOf(scores, scores.Max()), scores.Max(), null), matches[q]);
                        }

                        var expected = matches.Sum(match => (double)match.Score);
                        Assert.Equal(expected, maxSim.Score(block), 1e-5 * queries * dimension);
                    }
                }
    }

    [Fact]
    public void Match_WithPlaces_NamesTheNearestVectorsPlace()
    {
        float[] stored = [1, 0, 0, 1, -1, 0];
        Place[] places = [Place.Interval(0, 1), Place.Interval(1, 2), Place.Interval(2, 3)];
        using var maxSim = new MaxSim(Metric.InnerProduct, 2, [0, 2, -3, 0]);
        fixed (float* start = stored)
            Assert.Equal(
                [new VectorMatch(0, 1, 2, Place.Interval(1, 2)), new VectorMatch(1, 2, 3, Place.Interval(2, 3))],
                maxSim.Match(new VectorBlock(start, 3, 2), places));
    }

    private static float Score(Metric metric, ReadOnlySpan<float> a, ReadOnlySpan<float> b) => metric == Metric.L2 ? 0f - VectorMath.SquaredL2(a, b) : VectorMath.Dot(a, b);

    private static float[] Random(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
