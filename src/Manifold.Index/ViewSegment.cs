using System.Numerics;

namespace Manifold.Index;

/// <summary>A segment as one view sees it.</summary>
/// <param name="reader">The rows.</param>
/// <param name="rowCount">How many of them belong to the view.</param>
/// <param name="deleted">Which of these are gone.</param>
/// <param name="firstRow">Where the segment's rows begin in the numbering of the whole view.</param>
internal sealed class ViewSegment(SegmentReader reader, int rowCount, RowBitmap deleted, int firstRow)
{
    public SegmentReader Reader { get; } = reader;

    public int RowCount { get; } = rowCount;

    public RowBitmap Deleted { get; } = deleted;

    public int FirstRow { get; } = firstRow;

    public int LiveRows => RowCount - Deleted.Count;

    /// <summary>The live row of an id.</summary>
    public bool TryFind(ReadOnlySpan<byte> id, ulong hash, out int row) => Reader.TryFind(id, hash, RowCount, out row) && !Deleted.Contains(row);

    /// <summary>Whether a row is live and matches.</summary>
    public bool Accepts(int row, CompiledFilter? filter) => !Deleted.Contains(row) && (filter is null || Matches(row, filter));

    /// <summary>Fills one bit a row for those that are present, live and match.</summary>
    /// <param name="firstRow">The first row of a block.</param>
    /// <param name="count">Rows of the block.</param>
    /// <param name="presence">Rows to consider; empty for all.</param>
    /// <param name="filter">The filter, or null.</param>
    /// <param name="allowed">At least one bit a row.</param>
    /// <returns>How many bits are set.</returns>
    public int Allow(int firstRow, int count, ReadOnlySpan<ulong> presence, CompiledFilter? filter, Span<ulong> allowed)
    {
        var deleted = Deleted.Chunk(firstRow / RowBitmap.ChunkRows);
        if (!deleted.IsEmpty) deleted = deleted[(firstRow % RowBitmap.ChunkRows / 64)..];
        var total = 0;
        for (var word = 0; word < (count + 63) / 64; word++)
        {
            var rows = Math.Min(64, count - (word * 64));
            var bits = ulong.MaxValue >> (64 - rows);
            if (!presence.IsEmpty) bits &= presence[word];
            if (!deleted.IsEmpty) bits &= ~deleted[word];
            if (filter is not null)
            {
                for (var rest = bits; rest != 0; rest &= rest - 1)
                {
                    var bit = BitOperations.TrailingZeroCount(rest);
                    if (!Matches(firstRow + (word * 64) + bit, filter)) bits &= ~(1UL << bit);
                }
            }

            allowed[word] = bits;
            total += BitOperations.PopCount(bits);
        }

        return total;
    }

    private bool Matches(int row, CompiledFilter filter) =>
        filter.Matches(new FilterRow(
            filter.ReadsId ? Reader.GetId(row) : default,
            Reader.GetModality(row),
            filter.ReadsAttributes ? Reader.GetEncodedAttributes(row) : default));
}
