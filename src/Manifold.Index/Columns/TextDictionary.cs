namespace Manifold.Index;

/// <summary>The distinct texts of one attribute, elements of lists included, sorted by their UTF-8 bytes, each with its rows.</summary>
internal sealed unsafe class TextDictionary
{
    private readonly SectionFile _file;
    private readonly SegmentSection _offsets;
    private readonly SegmentSection _bytes;

    /// <exception cref="CorruptSegmentException">A section is missing, or their lengths do not fit each other.</exception>
    public TextDictionary(SectionFile file, SegmentSection offsets)
    {
        (_file, _offsets) = (file, offsets);
        _bytes = file.Find(SectionKind.TextBytes, offsets.Space);
        var rows = file.Find(SectionKind.TextRows, offsets.Space);
        Rows = new RowSetTable(file, rows);
        if (offsets.Length != ((long)Rows.Count + 1) * sizeof(long)) throw file.Damaged(offsets, 0, $"{offsets.Length} bytes of offsets for {Rows.Count} texts");
    }

    public int Count => Rows.Count;

    /// <summary>The rows of each text.</summary>
    public RowSetTable Rows { get; }

    /// <exception cref="CorruptSegmentException">The offsets are damaged.</exception>
    public ReadOnlySpan<byte> Text(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        var offsets = (ulong*)_file.At(_offsets) + index;
        ulong from = offsets[0], to = offsets[1];
        if (from > to || to > (ulong)_bytes.Length || to - from > int.MaxValue)
            throw _file.Damaged(_offsets, (long)index * sizeof(ulong), $"the offsets {from} and {to} of text {index} are not possible");
        return new(_file.At(_bytes) + from, (int)(to - from));
    }

    /// <summary>The first place, from another one on, whose text is not less; all texts before that one are.</summary>
    public int LowerBound(ReadOnlySpan<byte> text, int from = 0)
    {
        // Gallops, so that many sorted texts are found in one walk through the dictionary.
        var (low, high, step) = (from, from, 1);
        while (high < Count && Text(high).SequenceCompareTo(text) < 0)
        {
            low = high + 1;
            high = (int)Math.Min(Count, (long)high + step);
            step = Math.Min(step, 1 << 29) * 2;
        }

        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Text(middle).SequenceCompareTo(text) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
