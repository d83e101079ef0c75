using Manifold.Index.Partitions;

namespace Manifold.Index;

/// <summary>Searches one segment of a view in the cheapest way that keeps the recall promised: by its index, or by scoring every allowed row.</summary>
internal static class SegmentSearch
{
    /// <summary>Offers the nearest allowed rows of a segment, in the numbering of the view.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="space">The space.</param>
    /// <param name="vector">[dimension]; of unit length under cosine.</param>
    /// <param name="filter">The filter, or null.</param>
    /// <param name="minimumScore">Inclusive lower bound; negative infinity for none.</param>
    /// <param name="recall">The mean share of the true hits to be found; 1 for all.</param>
    /// <param name="results">Collects the best rows of all segments.</param>
    /// <param name="effort">What was done is added.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    public static void Run(
        ViewSegment segment, SpaceSchema space, ReadOnlySpan<float> vector, CompiledFilter? filter, float minimumScore, double recall, TopK results, ref SearchEffort effort,
        CancellationToken cancellationToken)
    {
        var column = segment.Reader.IndexOfSpace(space.Name);
        if (column < 0) return;
        using var selected = filter is null ? null : segment.Select(segment.Plan(filter), cancellationToken);
        var allowed = selected?.Count ?? segment.LiveRows;
        if (allowed == 0) return;
        if (ChooseIndex(segment, column, vector, allowed, results.Capacity, recall, out var entry) is { } index)
            index.Search(vector, selected is null ? segment.LiveWords : selected.Words, minimumScore, entry.Effort, segment.FirstRow, results, ref effort, cancellationToken);
        else
            Scan(segment, column, space.Metric, vector, selected, minimumScore, results, ref effort, cancellationToken);
    }

    /// <summary>The index of the space, where there is one that keeps the promise and costs less than a scan.</summary>
    private static SpaceIndex? ChooseIndex(
        ViewSegment segment, int column, ReadOnlySpan<float> vector, int allowed, int limit, double recall, out RecallEntry entry)
    {
        entry = default;
        if (recall >= 1 || !HasPlainLength(vector) || (segment.Reader as Segment)?.Index?.OfSpace(column) is not { } space || !space.Index.Recall.TryChoose(limit, recall, out entry)) return null;
        var share = allowed / (double)segment.RowCount;
        var index = space.Index;
        var cost = SearchCost.OfIndex(index.Rows, index.Partitions, index.Layout.RotatedDimension, entry, share);
        return cost < SearchCost.OfScan(segment.RowCount, allowed, index.Layout.Dimension) ? space : null;
    }

    /// <summary>Whether estimates of scores stay within float32: a vector of denormals, or one whose square nearly overflows, is searched by scoring.</summary>
    private static bool HasPlainLength(ReadOnlySpan<float> vector) => VectorMath.SquaredNorm(vector) is > PlainSquares.Least and < PlainSquares.Most;

    private static void Scan(
        ViewSegment segment, int column, Metric metric, ReadOnlySpan<float> vector, RowMask? selected, float minimumScore, TopK results, ref SearchEffort effort, CancellationToken cancellationToken)
    {
        var reader = segment.Reader;
        Span<ulong> allowed = stackalloc ulong[RowBitmap.ChunkRows / 64];
        for (var row = 0; row < segment.RowCount; row += reader.BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(reader.BlockRows, segment.RowCount - row);
            if (!reader.TryGetBlock(column, row, count, out var block, out var presence)) continue;
            var live = segment.Allow(row, count, presence, selected, allowed);
            if (live == 0) continue;
            effort.Scored += live;
            FlatScan.Scan(metric, vector, block, segment.FirstRow + row, live == count ? default : allowed, minimumScore, results);
        }
    }
}
