using Manifold.Index;

namespace Manifold.Shards.Tests;

public sealed class MergePolicyTests
{
    private static readonly ShardOptions Options = new() { SealAfterBytes = 1000, MergeFactor = 4, MaxSegmentBytes = 50_000 };

    [Fact]
    public void Choose_TakesTheSmallestOfATierThatIsFull() =>
        Assert.Equal(["b", "c", "d", "e"], MergePolicy.Choose([Of("a", 1400), Of("b", 900), Of("c", 1000), Of("d", 1100), Of("e", 1200), Of("large", 5000)], Options));

    [Fact]
    public void Choose_LeavesTiersThatAreNotFull() =>
        Assert.Empty(MergePolicy.Choose([Of("a", 1000), Of("b", 1000), Of("c", 1000), Of("d", 4000), Of("e", 5000), Of("f", 16_000)], Options));

    [Fact]
    public void Choose_MakesNoSegmentLargerThanTheLargest() =>
        Assert.Empty(MergePolicy.Choose([Of("a", 20_000), Of("b", 20_000), Of("c", 20_000), Of("d", 20_000)], Options));

    [Fact]
    public void Choose_CountsLiveRowsOnly() =>
        Assert.Equal(["d", "a", "b", "c"], MergePolicy.Choose([Of("a", 1000), Of("b", 1000), Of("c", 1000), Of("d", 4000, deleted: 80)], Options));

    [Fact]
    public void Choose_RewritesTheSegmentWithTheMostDeletions() =>
        Assert.Equal(["b"], MergePolicy.Choose([Of("a", 40_000, deleted: 31), Of("b", 40_000, deleted: 50), Of("c", 1000, deleted: 30)], Options));

    [Fact]
    public void Choose_AfterEachSeal_WritesEachRowOnceATier()
    {
        // 4 tiers of 4: of 256 seals each row is written 4 times.
        var options = Options with { MaxSegmentBytes = long.MaxValue };
        var segments = new List<SealedSegment>();
        long written = 0;
        for (var i = 0; i < 256; i++)
        {
            segments.Add(Of($"{i}", 1000));
            while (MergePolicy.Choose(segments, options) is { Count: > 0 } names)
            {
                var bytes = segments.Where(segment => names.Contains(segment.Name)).Sum(segment => segment.Bytes);
                segments.RemoveAll(segment => names.Contains(segment.Name));
                segments.Add(Of($"merged {written}", bytes));
                written += bytes;
            }
        }
        Assert.Equal([256_000], segments.Select(segment => segment.Bytes));
        Assert.Equal(4 * 256_000, written);
    }

    /// <param name="name">Its name.</param>
    /// <param name="bytes">Of its file.</param>
    /// <param name="deleted">Of 100 rows.</param>
    private static SealedSegment Of(string name, long bytes, int deleted = 0) => new(name, RowBitmap.FromRows(Enumerable.Range(0, deleted)), false, 100, bytes);
}
