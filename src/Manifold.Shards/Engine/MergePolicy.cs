using Manifold.Index;

namespace Manifold.Shards;

/// <summary>
/// Which segments to merge. Fewer segments make searches faster, since each costs its own start, and free what deleted rows take; but every merge writes
/// its rows anew, and indexes them anew.
/// </summary>
/// <remarks>
/// Segments are of tiers, each <see cref="ShardOptions.MergeFactor"/> times as large as the one before it, the first up to
/// <see cref="ShardOptions.SealAfterBytes"/>: as many segments of one tier become one of the next. So a row is written once for each tier that it goes
/// through, the logarithm of the shard's size. A segment of which more than <see cref="ShardOptions.MergeDeletedShare"/> is deleted is written anew
/// by itself.
/// </remarks>
internal static class MergePolicy
{
    /// <summary>The names of the segments to merge next; empty when there is nothing to do.</summary>
    public static IReadOnlyList<string> Choose(IReadOnlyList<SealedSegment> segments, ShardOptions options)
    {
        // The smallest tier first: its merges are the cheapest.
        foreach (var tier in segments.GroupBy(segment => Tier(LiveBytes(segment), options)).OrderBy(tier => tier.Key))
        {
            var smallest = tier.OrderBy(LiveBytes).Take(options.MergeFactor).ToList();
            if (smallest.Count == options.MergeFactor && smallest.Sum(LiveBytes) <= options.MaxSegmentBytes)
            {
                return [.. smallest.Select(segment => segment.Name)];
            }
        }
        return [.. segments.Where(segment => DeletedShare(segment) > options.MergeDeletedShare).OrderByDescending(DeletedShare).Take(1).Select(segment => segment.Name)];
    }

    private static double DeletedShare(SealedSegment segment) => (double)segment.Deleted.Count / segment.RowCount;

    private static long LiveBytes(SealedSegment segment) => (long)(segment.Bytes * (1 - DeletedShare(segment)));

    private static int Tier(long bytes, ShardOptions options)
    {
        // A file is a little larger than the rows were in memory, and must not begin in the second tier for it.
        var tier = 0;
        for (var end = options.SealAfterBytes * 1.5; bytes > end; end *= options.MergeFactor)
        {
            tier++;
        }
        return tier;
    }
}
