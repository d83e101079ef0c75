namespace Manifold.Index.FullText;

/// <summary>The terms of one attribute in an index file, read in place. What is read from the file is checked where it is used.</summary>
internal sealed unsafe class TextField
{
    private readonly SectionFile _file;
    private readonly SegmentSection _offsets;
    private readonly SegmentSection _bytes;
    private readonly SegmentSection _starts;
    private readonly SegmentSection _rows;
    private readonly SegmentSection _counts;
    private readonly int* _lengths;
    private readonly int _terms;

    /// <exception cref="CorruptSegmentException">A section is missing, or their lengths do not fit each other.</exception>
    public TextField(SectionFile file, SegmentSection totals)
    {
        _file = file;
        if (totals.Length != sizeof(long)) throw file.Damaged(totals, 0, $"{totals.Length} bytes where {sizeof(long)} are needed");
        file.VerifySection(totals);
        TotalLength = *(long*)file.At(totals);
        _offsets = file.Find(SectionKind.TermOffsets, totals.Space);
        _terms = (int)Math.Min(int.MaxValue, (_offsets.Length / sizeof(long)) - 1);
        if (_terms < 0 || _offsets.Length % sizeof(long) != 0) throw file.Damaged(_offsets, 0, $"{_offsets.Length} bytes are no offsets");
        _bytes = file.Find(SectionKind.TermBytes, totals.Space);
        _starts = file.Find(SectionKind.PostingStarts, totals.Space, _offsets.Length);
        _counts = file.Find(SectionKind.PostingCounts, totals.Space);
        _rows = file.Find(SectionKind.PostingRows, totals.Space, _counts.Length * sizeof(int));
        _lengths = (int*)file.At(file.Find(SectionKind.TermLengths, totals.Space, (long)file.RowCount * sizeof(int)));
    }

    /// <summary>Terms of all rows, repetitions included.</summary>
    public long TotalLength { get; }

    /// <summary>Terms of a row, repetitions included.</summary>
    public int Length(int row) => _lengths[row];

    /// <summary>The rows of a term.</summary>
    /// <exception cref="CorruptSegmentException">The sections are damaged.</exception>
    public void CopyPostings(ReadOnlySpan<byte> term, List<TextPosting> target)
    {
        int low = 0, high = _terms;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Term(middle).SequenceCompareTo(term) < 0) low = middle + 1;
            else high = middle;
        }

        if (low == _terms || !Term(low).SequenceEqual(term)) return;
        var (from, to) = Range(_starts, low, _counts.Length, "postings");
        var rows = (int*)_file.At(_rows);
        var counts = _file.At(_counts);
        target.EnsureCapacity(target.Count + (int)(to - from));
        var before = -1;
        for (var i = from; i < to; i++)
        {
            var row = rows[i];
            if (row <= before || row >= _file.RowCount) throw _file.Damaged(_rows, i * sizeof(int), $"row {row} cannot follow row {before} of {_file.RowCount}");
            target.Add(new(before = row, counts[i]));
        }
    }

    private ReadOnlySpan<byte> Term(int index)
    {
        var (from, to) = Range(_offsets, index, _bytes.Length, "a term");
        return to - from <= int.MaxValue ? new(_file.At(_bytes) + from, (int)(to - from)) : throw _file.Damaged(_offsets, index * sizeof(long), "a term is too long");
    }

    private (long From, long To) Range(SegmentSection section, int index, long end, string what)
    {
        var offsets = (long*)_file.At(section) + index;
        var (from, to) = (offsets[0], offsets[1]);
        return from >= 0 && from <= to && to <= end ? (from, to) : throw _file.Damaged(section, (long)index * sizeof(long), $"{from} to {to} is no place of {what}");
    }
}
