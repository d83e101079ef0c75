using System.Numerics;

namespace Manifold.Index;

/// <summary>A segment as one view sees it.</summary>
/// <param name="reader">The rows.</param>
/// <param name="rowCount">How many of them belong to the view.</param>
/// <param name="deleted">Which of these are gone.</param>
/// <param name="firstRow">Where the segment's rows begin in the numbering of the whole view.</param>
internal sealed class ViewSegment(SegmentReader reader, int rowCount, RowBitmap deleted, int firstRow)
{
    private ulong[]? _liveWords;

    public SegmentReader Reader { get; } = reader;

    public int RowCount { get; } = rowCount;

    public RowBitmap Deleted { get; } = deleted;

    public int FirstRow { get; } = firstRow;

    /// <summary>A bit for each live row; empty where all are. Made by the first search that asks, and kept.</summary>
    public ReadOnlySpan<ulong> LiveWords
    {
        get
        {
            if (Deleted.Count == 0) return default;
            if (Volatile.Read(ref _liveWords) is { } known) return known;
            using var live = Select(null, CancellationToken.None);
            var words = live.Words.ToArray();
            Volatile.Write(ref _liveWords, words);
            return words;
        }
    }

    public int LiveRows => RowCount - Deleted.Count;

    /// <summary>The live row of an id.</summary>
    public bool TryFind(ReadOnlySpan<byte> id, ulong hash, out int row) => Reader.TryFind(id, hash, RowCount, out row) && !Deleted.Contains(row);

    /// <summary>Whether a row is live and matches.</summary>
    public bool Accepts(int row, CompiledFilter? filter) => !Deleted.Contains(row) && (filter is null || Reader.Matches(row, filter.Root));

    /// <summary>Plans a filter over the segment: over its columns where it has them. Reads no rows.</summary>
    public FilterPlan Plan(CompiledFilter filter) => FilterPlan.Make(filter, Reader, RowCount);

    /// <summary>How many live rows a plan of this segment selects, without looking at them.</summary>
    public RowEstimate Estimate(FilterPlan plan)
    {
        var (atLeast, expected, atMost) = plan.Estimate;
        (atLeast, atMost) = (Math.Max(0, atLeast - Deleted.Count), Math.Min(atMost, LiveRows));
        return new(atLeast, Math.Clamp((int)((long)expected * LiveRows / Math.Max(1, RowCount)), atLeast, atMost), atMost);
    }

    /// <summary>The live rows that a plan of this segment selects.</summary>
    /// <param name="plan">The plan; null for all live rows.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <exception cref="CorruptSegmentException">The segment, or its columns, are damaged where they were read.</exception>
    public RowMask Select(FilterPlan? plan, CancellationToken cancellationToken)
    {
        var mask = new RowMask(RowCount);
        try
        {
            for (var chunk = 0; chunk < Deleted.ChunkCount; chunk++)
            {
                var deleted = Deleted.Chunk(chunk);
                if (deleted.IsEmpty) continue;
                var words = mask.Padded[(chunk * deleted.Length)..];
                RowWords.AndNot(words[..Math.Min(words.Length, deleted.Length)], deleted);
            }

            plan?.Restrict(mask.Padded, cancellationToken);
            return mask;
        }
        catch
        {
            mask.Dispose();
            throw;
        }
    }

    /// <summary>How many live rows have a vector in a space.</summary>
    public int CountWith(int space)
    {
        Span<ulong> allowed = stackalloc ulong[RowBitmap.ChunkRows / 64];
        var total = 0;
        for (var row = 0; row < RowCount; row += Reader.BlockRows)
        {
            var count = Math.Min(Reader.BlockRows, RowCount - row);
            if (!Reader.Spaces[space].IsMultiVector)
            {
                if (Reader.TryGetBlock(space, row, count, out _, out var presence)) total += Allow(row, count, presence, null, allowed);
                continue;
            }

            for (var i = row; i < row + count; i++)
                if (!Deleted.Contains(i) && Reader.TryGetVectors(i, space, out _, out _)) total++;
        }

        return total;
    }

    /// <summary>Fills one bit a row for those that are present, live and selected.</summary>
    /// <param name="firstRow">The first row of a block.</param>
    /// <param name="count">Rows of the block.</param>
    /// <param name="presence">Rows to consider; empty for all.</param>
    /// <param name="selected">What <see cref="Select"/> gave; null for all live rows.</param>
    /// <param name="allowed">At least one bit a row.</param>
    /// <returns>How many bits are set.</returns>
    public int Allow(int firstRow, int count, ReadOnlySpan<ulong> presence, RowMask? selected, Span<ulong> allowed)
    {
        var deleted = selected is null ? Deleted.Chunk(firstRow / RowBitmap.ChunkRows) : default;
        if (!deleted.IsEmpty) deleted = deleted[(firstRow % RowBitmap.ChunkRows / 64)..];
        var chosen = selected is null ? default : selected.Words[(firstRow / 64)..];
        var total = 0;
        for (var word = 0; word < (count + 63) / 64; word++)
        {
            var rows = Math.Min(64, count - (word * 64));
            var bits = ulong.MaxValue >> (64 - rows);
            if (!presence.IsEmpty) bits &= presence[word];
            if (!deleted.IsEmpty) bits &= ~deleted[word];
            if (!chosen.IsEmpty) bits &= chosen[word];
            allowed[word] = bits;
            total += BitOperations.PopCount(bits);
        }

        return total;
    }
}
