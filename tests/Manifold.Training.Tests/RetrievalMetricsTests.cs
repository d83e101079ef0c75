namespace Manifold.Training.Tests;

public sealed class RetrievalMetricsTests
{
    [Fact]
    public void Ranks_OrdersByScoreThenIndex()
    {
        float[] scores = [0.5f, 0.9f, 0.5f, 0.1f, 0.5f];
        Assert.Equal([2], RetrievalMetrics.Ranks(scores, [0]));
        Assert.Equal([3, 4, 5], RetrievalMetrics.Ranks(scores, [4, 3, 2]));
    }

    [Fact]
    public void AveragePrecision_OfSeveralRightItems_AveragesThePrecisions() =>
        // 1/1, 2/4 and 3/6.
        Assert.Equal((1 + 0.5 + 0.5) / 3, RetrievalMetrics.AveragePrecision([1, 4, 6]), 12);

    [Fact]
    public void Score_MatchesHandComputedValues()
    {
        // First ranks 1, 3, 11 and 2 (the second right item of the last is at 5).
        var scores = RetrievalMetrics.Score("X", 40, [[1], [3], [11], [2, 5]]);
        Assert.Equal((0.25, 0.75, 0.75), (scores.R1, scores.R5, scores.R10));
        Assert.Equal(2.5, scores.MedianRank);
        Assert.Equal((1 + (1 / 3.0) + (1 / 11.0) + ((0.5 + 0.4) / 2)) / 4, scores.MeanAveragePrecision, 12);
        Assert.Equal((4, 40, 0.25), (scores.Queries, scores.Gallery, scores.ChanceR10));
    }

    [Fact]
    public void Score_OfAnEncoderThatTellsNothingApart_IsAtChance()
    {
        float[] same = [1, 0];
        var gallery = Enumerable.Repeat(same, 50).ToArray();
        var scores = RetrievalMetrics.Score("X", gallery, gallery, [.. Enumerable.Range(0, 50).Select(i => (IReadOnlyList<int>)[i])]);
        Assert.Equal(scores.ChanceR10, scores.R10);
    }

    [Fact]
    public void Bootstrap_HasAFixedSeed_ContainsTheShare_AndIsAsWideAsTheBinomial()
    {
        int[] ranks = [.. Enumerable.Range(0, 150).Select(i => i % 3 == 0 ? 1 : 99)];
        var (low, high) = RetrievalMetrics.BootstrapRecall(ranks, 10);
        Assert.Equal((low, high), RetrievalMetrics.BootstrapRecall(ranks, 10));
        Assert.InRange(1 / 3.0, low, high);
        // 1.96·sqrt(p(1-p)/n) is 0.0754 either way.
        Assert.InRange(high - low, 0.13, 0.17);
        Assert.Equal((1, 1), RetrievalMetrics.BootstrapRecall([1, 2, 3], 10));
    }

    [Fact]
    public void Score_WithoutARightItem_IsRefused() =>
        Assert.Throws<ArgumentException>(() => RetrievalMetrics.Score("X", [[1f]], [[1f]], [[]]));
}
