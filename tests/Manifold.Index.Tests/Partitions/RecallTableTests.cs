using Manifold.Index.Partitions;

namespace Manifold.Index.Tests.Partitions;

public sealed class RecallTableTests
{
    private static readonly RecallTable Table = new(
    [
        Entry(1, 0.2f, 0.70f, 5), Entry(1, 0.4f, 0.90f, 20),
        Entry(10, 0.1f, 0.80f, 4), Entry(10, 0.2f, 0.90f, 10), Entry(10, 0.3f, 0.96f, 30),
        Entry(100, 0.1f, 0.85f, 8), Entry(100, 0.2f, 0.97f, 40),
    ]);

    [Theory]
    [InlineData(10, 0.5, 0.1)]
    [InlineData(10, 0.8, 0.1)]
    [InlineData(10, 0.85, 0.15)]
    [InlineData(10, 0.93, 0.25)]
    [InlineData(1, 0.8, 0.3)]
    public void TryChoose_OfAMeasuredNumberOfHits_InterpolatesTheLowerEnds(int limit, double recall, double reach)
    {
        Assert.True(Table.TryChoose(limit, recall, out var entry));
        Assert.Equal(reach, entry.Effort.Reach, 1e-6);
    }

    [Theory]
    [InlineData(3, 0.8, 0.3)] // one hit needs more than ten
    [InlineData(50, 0.9, 0.2)] // ten need more than a hundred
    public void TryChoose_BetweenMeasuredNumbers_TakesTheGreaterEffort(int limit, double recall, double reach)
    {
        Assert.True(Table.TryChoose(limit, recall, out var entry));
        Assert.Equal(reach, entry.Effort.Reach, 1e-6);
    }

    [Theory]
    [InlineData(10, 0.97)] // not reached
    [InlineData(5, 0.95)] // not reached for one hit
    [InlineData(101, 0.5)] // not measured
    public void TryChoose_OfWhatIsNotKnown_LeavesItToExactSearch(int limit, double recall) => Assert.False(Table.TryChoose(limit, recall, out _));

    [Fact]
    public void TryChoose_OfAnEmptyTable_LeavesItToExactSearch() => Assert.False(RecallTable.Empty.TryChoose(10, 0.5, out _));

    private static RecallEntry Entry(int limit, float reach, float low, float partitions) =>
        new(limit, new ProbeEffort(reach, 1.9f), low + 0.01f, low, partitions, partitions * 100, partitions * 10);
}
