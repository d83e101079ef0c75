using System.Numerics;
using Manifold.Index.Kernels;
using Manifold.Index.Partitions;
using Manifold.Index.Scalar;

namespace Manifold.Index;

/// <summary>Searches one segment of a view in the cheapest way that keeps the recall promised: by its index, or by scoring every allowed row.</summary>
internal static class SegmentSearch
{
    // Queries of one pass over the rows. A pass costs about as much for one query as for 16: about four single scans. The panels of 64 stay in the second-level cache.
    // Scans by scalar codes cost 0.26 to 0.7 of those (docs/index.md).
    private const int LeastTogether = 4, LeastTogetherBesideScalars = 10, MostTogether = 64;

    /// <summary>Offers the nearest allowed rows of a segment to a search, in the numbering of the view.</summary>
    public static void Run(ViewSegment segment, SearchRun run, CancellationToken cancellationToken)
    {
        if (!TrySearchIndex(segment, run, cancellationToken, out var column, out var selected)) return;
        using (selected)
        {
            if (run.MaxSim is { } maxSim) Scan(segment, column, run, maxSim, selected, cancellationToken);
            else Scan(segment, column, run, selected, cancellationToken);
        }
    }

    /// <summary>The same for several searches: those without a filter that would score all rows do so in one pass.</summary>
    public static void Run(ViewSegment segment, IReadOnlyList<SearchRun> runs, CancellationToken cancellationToken)
    {
        List<(int Column, SearchRun Run)> together = [];
        foreach (var run in runs)
        {
            if (run.MaxSim is not null)
            {
                Run(segment, run, cancellationToken);
                continue;
            }

            if (!TrySearchIndex(segment, run, cancellationToken, out var column, out var selected)) continue;
            if (run.Filter is null && HasPlainLength(run.Vector)) together.Add((column, run));
            else
                using (selected) Scan(segment, column, run, selected, cancellationToken);
        }

        foreach (var space in together.GroupBy(scan => scan.Column))
            foreach (var pass in space.Select(scan => scan.Run).Chunk(MostTogether))
            {
                if (pass.Length >= (TryGetScalars(segment, space.Key, pass[0]) is null ? LeastTogether : LeastTogetherBesideScalars)) Scan(segment, space.Key, pass, cancellationToken);
                else
                    foreach (var run in pass) Scan(segment, space.Key, run, null, cancellationToken);
            }
    }

    /// <summary>Searches the index, where that keeps the promise and costs less.</summary>
    /// <returns>Whether the segment's rows are to be scored instead: those <paramref name="selected"/>, or all live ones if it is null.</returns>
    private static bool TrySearchIndex(ViewSegment segment, SearchRun run, CancellationToken cancellationToken, out int column, out RowMask? selected)
    {
        selected = null;
        column = segment.Reader.IndexOfSpace(run.Space.Name);
        if (column < 0) return false;
        var mask = run.Filter is null ? null : segment.Select(segment.Plan(run.Filter), cancellationToken);
        try
        {
            var allowed = mask?.Count ?? segment.LiveRows;
            if (allowed == 0) return false;
            if (ChooseIndex(segment, column, run, allowed, out var entry) is { } index)
            {
                index.Search(run.Vector, mask is null ? segment.LiveWords : mask.Words, run.MinimumScore, entry.Effort, segment.FirstRow, run.Results, ref run.Effort, cancellationToken);
                return false;
            }

            (selected, mask) = (mask, null);
            return true;
        }
        finally
        {
            mask?.Dispose();
        }
    }

    /// <summary>The index of the space, where there is one that keeps the promise and costs less than a scan.</summary>
    private static SpaceIndex? ChooseIndex(ViewSegment segment, int column, SearchRun run, int allowed, out RecallEntry entry)
    {
        entry = default;
        if (run.Recall >= 1 || run.MaxSim is not null || !HasPlainLength(run.Vector) || (segment.Reader as Segment)?.Index?.OfSpace(column) is not { } space
            || !space.Index.Recall.TryChoose(run.Results.Capacity, run.Recall, out entry)) return null;
        var share = allowed / (double)segment.RowCount;
        var index = space.Index;
        var cost = SearchCost.OfIndex(index.Rows, index.Partitions, index.Layout.RotatedDimension, entry, share);
        var scan = TryGetScalars(segment, column, run) is { } codes
            ? SearchCost.OfScan(segment.RowCount, allowed, codes)
            : SearchCost.OfScan(segment.RowCount, allowed, index.Layout.Dimension);
        return cost < scan ? space : null;
    }

    /// <summary>Whether estimates of scores stay within float32: a vector of denormals, or one whose square nearly overflows, is searched by scoring.</summary>
    private static bool HasPlainLength(ReadOnlySpan<float> vector) => VectorMath.SquaredNorm(vector) is > PlainSquares.Least and < PlainSquares.Most;

    /// <summary>The vectors of the space in fewer bits, where there are any and this query can be compared with them.</summary>
    private static ScalarCodes? TryGetScalars(ViewSegment segment, int column, SearchRun run) =>
        (segment.Reader as Segment)?.Index?.ScalarsOf(column) is { } codes && HasPlainLength(run.Vector) ? codes : null;

    private static void Scan(ViewSegment segment, int column, SearchRun run, RowMask? selected, CancellationToken cancellationToken)
    {
        var reader = segment.Reader;
        using var scalars = TryGetScalars(segment, column, run) is { } codes ? new ScalarScan(codes, run.Vector, run.MinimumScore, run.Results) : null;
        Span<ulong> allowed = stackalloc ulong[RowBitmap.ChunkRows / 64];
        for (var row = 0; row < segment.RowCount; row += reader.BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(reader.BlockRows, segment.RowCount - row);
            if (!reader.TryGetBlock(column, row, count, out var block, out var presence)) continue;
            var live = segment.Allow(row, count, presence, selected, allowed);
            if (live == 0) continue;
            if (scalars is not null)
            {
                run.Effort.Scanned += live;
                scalars.Scan(row, count, live == count ? default : allowed, segment.FirstRow);
                continue;
            }

            run.Effort.Scored += live;
            FlatScan.Scan(run.Space.Metric, run.Vector, block, segment.FirstRow + row, live == count ? default : allowed, run.MinimumScore, run.Results);
        }

        run.Effort.Scored += scalars?.Scored ?? 0;
    }

    /// <summary>Scores the items of a multi-vector space.</summary>
    private static void Scan(ViewSegment segment, int column, SearchRun run, MaxSim maxSim, RowMask? selected, CancellationToken cancellationToken)
    {
        const int Step = 256; // rows between two looks at the cancellation: some thousand vectors
        Span<ulong> allowed = stackalloc ulong[Step / 64];
        for (var row = 0; row < segment.RowCount; row += Step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (segment.Allow(row, Math.Min(Step, segment.RowCount - row), default, selected, allowed) == 0) continue;
            for (var word = 0; word < allowed.Length && row + (word * 64) < segment.RowCount; word++)
                for (var bits = allowed[word]; bits != 0; bits &= bits - 1)
                {
                    var number = row + (word * 64) + BitOperations.TrailingZeroCount(bits);
                    if (!segment.Reader.TryGetVectors(number, column, out var vectors, out _)) continue;
                    run.Effort.Scored += vectors.Count;
                    var score = maxSim.Score(vectors);
                    if (score >= run.MinimumScore) run.Results.Offer(segment.FirstRow + number, score);
                }
        }
    }

    /// <summary>Scores all live rows for all of these searches, of one space.</summary>
    private static void Scan(ViewSegment segment, int column, SearchRun[] runs, CancellationToken cancellationToken)
    {
        var reader = segment.Reader;
        using var scan = new SharedScan(runs[0].Space.Metric, runs[0].Space.Dimension, runs.Length);
        scan.Begin(runs.Length);
        for (var i = 0; i < runs.Length; i++) scan.Add(i, runs[i].Vector, runs[i].MinimumScore, runs[i].Results);
        Span<ulong> allowed = stackalloc ulong[RowBitmap.ChunkRows / 64];
        for (var row = 0; row < segment.RowCount; row += reader.BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(reader.BlockRows, segment.RowCount - row);
            if (!reader.TryGetBlock(column, row, count, out var block, out var presence)) continue;
            var live = segment.Allow(row, count, presence, null, allowed);
            if (live == 0) continue;
            foreach (var run in runs) run.Effort.Scored += live;
            scan.Scan(block, segment.FirstRow + row, live == count ? default : allowed);
        }
    }
}
