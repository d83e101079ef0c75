using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>A section of row sets known by number: their number (i64), an <see cref="Entry"/> for each, and the sets of two rows or more.</summary>
internal sealed unsafe class RowSetTable
{
    private const int EntryBytes = 16;

    private readonly SectionFile _file;
    private readonly SegmentSection _section;

    /// <param name="file">The file.</param>
    /// <param name="section">The section.</param>
    /// <param name="expected">How many sets there must be; null for any number.</param>
    /// <exception cref="CorruptSegmentException">There is another number of sets, or their entries do not fit in the section.</exception>
    public RowSetTable(SectionFile file, SegmentSection section, int? expected = null)
    {
        (_file, _section) = (file, section);
        Start = file.At(section);
        RowCount = file.RowCount;
        var count = section.Length < sizeof(long) ? -1 : *(long*)Start;
        if (count is < 0 or > int.MaxValue || sizeof(long) + (count * EntryBytes) > section.Length) throw Damaged(0, $"{count} sets in {section.Length} bytes");
        if (count != (expected ?? count)) throw Damaged(0, $"{count} sets where {expected} are needed");
        Count = (int)count;
    }

    /// <summary>How many sets there are.</summary>
    public int Count { get; }

    /// <summary>The rows of the segment.</summary>
    public int RowCount { get; }

    /// <summary>The section's bytes: what visiting all sets costs.</summary>
    public long Bytes => _section.Length;

    /// <summary>The section's first byte.</summary>
    public byte* Start { get; }

    /// <summary>How many rows are in a set.</summary>
    public int CountOf(int index) => Get(index).Count;

    /// <exception cref="CorruptSegmentException">The entry is damaged.</exception>
    public RowSet Get(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        ref readonly var entry = ref ((Entry*)(Start + sizeof(long)))[index];
        var possible = entry.Count switch
        {
            0 => entry is { Place: 0, Bytes: 0 },
            1 => entry.Bytes == 0 && (ulong)entry.Place < (ulong)RowCount,
            _ => entry.Count > 1 && entry.Count <= RowCount && entry.Place % sizeof(long) == 0 && entry.Bytes >= RowSetFormat.HeaderBytes
                && entry.Place >= sizeof(long) + ((long)Count * EntryBytes) && entry.Place <= _section.Length - entry.Bytes,
        };
        return possible
            ? new RowSet(this, entry.Place, entry.Count, entry.Bytes)
            : throw Damaged(sizeof(long) + ((long)index * EntryBytes), $"a set of {entry.Count} rows in {entry.Bytes} bytes at {entry.Place} is not possible");
    }

    public CorruptSegmentException Damaged(long offset, string what) => _file.Damaged(_section, offset, what);

    /// <param name="Place">Where the set is in the section; the row itself where it is the only one; 0 for an empty set.</param>
    /// <param name="Count">Rows.</param>
    /// <param name="Bytes">Of the set; 0 for up to one row.</param>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Entry(long Place, int Count, int Bytes);
}
