using System.Runtime.InteropServices;

namespace Manifold.Index.FullText;

/// <summary>Gathers the terms of one attribute, row by row: 8 bytes a posting, 4 bytes a row, and each distinct term once. Not safe for concurrent use.</summary>
internal sealed class TextFieldBuilder
{
    /// <summary>Most times that a term counts in one row.</summary>
    public const int MaxCount = byte.MaxValue;

    private readonly Dictionary<byte[], int> _numbers = new(Utf8Comparer.Instance);
    private readonly List<byte[]> _terms = [];
    private readonly List<List<TextPosting>> _postings = [];
    private readonly List<int> _lengths = [];
    private readonly List<long> _totals = [0];

    /// <summary>Adds terms to the last row, or to the next one. Rows come in ascending order; those in between have none.</summary>
    public void Add(int row, ReadOnlySpan<byte> utf8)
    {
        ExtendTo(row + 1);
        var bySpan = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
        var added = 0;
        TextAnalyzer.Index(utf8, term =>
        {
            added++;
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(bySpan, term, out var exists);
            if (!exists)
            {
                number = _terms.Count;
                _terms.Add(term.ToArray());
                _postings.Add([]);
            }

            var postings = _postings[number];
            if (postings.Count > 0 && postings[^1].Row == row) postings[^1] = new(row, Math.Min(MaxCount, postings[^1].Count + 1));
            else postings.Add(new(row, 1));
        });
        _lengths[row] += added;
        _totals[^1] += added;
    }

    /// <summary>Says that there are at least so many rows.</summary>
    public void ExtendTo(int rows)
    {
        while (_lengths.Count < rows)
        {
            _lengths.Add(0);
            _totals.Add(_totals[^1]);
        }
    }

    /// <summary>Terms of the first rows, repetitions included.</summary>
    public long TotalLength(int rows) => _totals[Math.Min(rows, _lengths.Count)];

    /// <summary>Terms of a row, repetitions included.</summary>
    public int Length(int row) => row < _lengths.Count ? _lengths[row] : 0;

    /// <summary>The rows of a term among the first ones.</summary>
    public void CopyPostings(ReadOnlySpan<byte> term, int rows, List<TextPosting> target)
    {
        if (!_numbers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(term, out var number)) return;
        foreach (var posting in _postings[number])
        {
            if (posting.Row >= rows) break;
            target.Add(posting);
        }
    }

    /// <summary>The sections of the attribute; none if it has no term.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="rows">Rows of the segment.</param>
    public IEnumerable<IndexSection> ToSections(string name, int rows)
    {
        if (_terms.Count == 0) return [];
        ExtendTo(rows);
        int[] order = [.. Enumerable.Range(0, _terms.Count)];
        Array.Sort(order, (a, b) => _terms[a].AsSpan().SequenceCompareTo(_terms[b]));
        long[] offsets = new long[order.Length + 1], starts = new long[order.Length + 1];
        for (var i = 0; i < order.Length; i++) (offsets[i + 1], starts[i + 1]) = (offsets[i] + _terms[order[i]].Length, starts[i] + _postings[order[i]].Count);
        return
        [
            IndexSection.Of<long>(SectionKind.TermTotals, name, (long[])[_totals[^1]]),
            IndexSection.Of<long>(SectionKind.TermOffsets, name, offsets),
            new(SectionKind.TermBytes, name, offsets[^1], stream =>
            {
                foreach (var term in order) stream.Write(_terms[term]);
            }),
            IndexSection.Of<long>(SectionKind.PostingStarts, name, starts),
            new(SectionKind.PostingRows, name, starts[^1] * sizeof(int), stream =>
            {
                foreach (var term in order)
                    foreach (var posting in _postings[term]) stream.Write(posting.Row);
            }),
            new(SectionKind.PostingCounts, name, starts[^1], stream =>
            {
                foreach (var term in order)
                    foreach (var posting in _postings[term]) stream.Write((byte)posting.Count);
            }),
            IndexSection.Of<int>(SectionKind.TermLengths, name, _lengths.ToArray()),
        ];
    }
}
