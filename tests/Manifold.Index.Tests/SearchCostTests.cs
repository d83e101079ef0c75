using Manifold.Index.Partitions;

namespace Manifold.Index.Tests;

/// <summary>What the choice between scan and index rests on.</summary>
public sealed class SearchCostTests
{
    [Fact]
    public void OfScan_GrowsWithRowsAndDimension()
    {
        Assert.True(SearchCost.OfScan(2000, 2000, 64) > SearchCost.OfScan(1000, 1000, 64));
        Assert.True(SearchCost.OfScan(1000, 1000, 128) > SearchCost.OfScan(1000, 1000, 64));
    }

    [Fact]
    public void OfScan_UnderAFilter_CountsTheRowsThatAreRead()
    {
        // Half of the rows: all are read, since they lie side by side. One in a hundred: those alone, which lie apart.
        Assert.Equal(SearchCost.OfScan(100_000, 100_000, 100), SearchCost.OfScan(100_000, 50_000, 100));
        Assert.Equal(SearchCost.OfScan(1000, 1000, 100) * 20 / 8, SearchCost.OfScan(100_000, 1000, 100), 1e-6);
    }

    [Theory]
    [InlineData(1_000_000, 1.0, true)]
    [InlineData(1_000_000, 0.1, true)]
    [InlineData(1_000_000, 0.0001, false)]
    [InlineData(1000, 1.0, false)]
    public void AnIndex_IsWorthIt_WhereManyRowsAreAllowed(int rows, double allowedShare, bool index)
    {
        var effort = new RecallEntry(10, new ProbeEffort(0.4f, 1.9f), 0.96f, 0.95f, 100, 20_000, 1000);
        var cost = SearchCost.OfIndex(rows, partitions: 4000, rotatedDimension: 128, effort, allowedShare);
        Assert.Equal(index, cost < SearchCost.OfScan(rows, (int)(rows * allowedShare), 128));
    }
}
