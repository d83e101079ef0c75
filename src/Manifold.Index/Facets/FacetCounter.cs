using System.Numerics;
using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>Counts the values of one attribute over the segments of a view: from their columns where that is cheaper, else row by row. Dispose it after <see cref="ToResult"/>.</summary>
internal sealed class FacetCounter(FacetQuery query, CompiledFilter? filter, CancellationToken cancellationToken) : IDisposable
{
    private const int CancellationTexts = 4096;

    /// <summary>Looking at one row, and entering its text in a dictionary that is sorted at the end; measured with the <c>filters</c> benchmark.</summary>
    private const double RowNanoseconds = 5 * PlanNode.RowNanoseconds;

    /// <summary>Intersecting one byte of stored sets with the selected rows; measured likewise.</summary>
    private const double ByteNanoseconds = 2 * PlanNode.StepNanoseconds;

    private readonly byte[] _name = Utf8Text.Encode(query.Attribute);
    private readonly List<RowMask> _masks = [];
    private readonly List<TextCounts> _texts = [];
    private readonly RangeCounter _numbers = new(AttributeKind.Number, query.Edges);
    private readonly RangeCounter _times = new(AttributeKind.Time, query.Edges);
    private long _false;
    private long _true;

    public void Add(ViewSegment segment)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RowMask? selected = null;
        if (filter is not null || segment.Deleted.Count > 0)
        {
            var plan = filter is null ? null : segment.Plan(filter);
            if (plan is not null && segment.Estimate(plan).AtMost == 0) return;
            selected = segment.Select(plan, cancellationToken);
            _masks.Add(selected);
        }

        var columns = segment.Reader.Columns;
        var column = columns?.Find(query.Attribute);
        if (column is null && columns is { AreComplete: true }) return;
        if (column is null || (selected is not null && selected.Count * RowNanoseconds < (column.Texts?.Rows.Bytes ?? 0) * ByteNanoseconds))
        {
            AddRows(segment, selected);
            return;
        }

        if (column.Texts is { } texts) _texts.Add(TextCounts.Of(texts, selected));
        if (column.Numbers is { } numbers) _numbers.Add(numbers, selected);
        if (column.Times is { } times) _times.Add(times, selected);
        _false += Count(column.RowsOf(ColumnKind.False), selected);
        _true += Count(column.RowsOf(ColumnKind.True), selected);
    }

    /// <summary>The best values; the segments' sorted texts are merged on the way, so that only those kept take memory.</summary>
    public FacetResult ToResult()
    {
        var worstFirst = Comparer<FacetValue>.Create((a, b) => FacetValue.Order.Compare(b, a));
        var best = new PriorityQueue<FacetValue, FacetValue>(worstFirst);
        FacetValue? leftOut = null; // the best one that is not among the best
        var chars = 0L;
        var more = false;
        _texts.RemoveAll(texts => !texts.MoveNext());
        for (var merged = 1; _texts.Count > 0; merged++)
        {
            if (merged % CancellationTexts == 0) cancellationToken.ThrowIfCancellationRequested();
            var least = _texts[0];
            foreach (var texts in CollectionsMarshal.AsSpan(_texts)[1..])
                if (texts.Text.SequenceCompareTo(least.Text) < 0) least = texts;
            var text = least.Text; // stays valid: it lies in a file or an array
            var count = 0L;
            for (var i = _texts.Count - 1; i >= 0; i--)
            {
                if (!_texts[i].Text.SequenceEqual(text)) continue;
                count += _texts[i].Count;
                if (!_texts[i].MoveNext()) _texts.RemoveAt(i);
            }

            // Texts come in ascending order, so one that only ties with the worst stands behind it.
            if (best.Count == query.Limit && count <= best.Peek().Count) more = true;
            else Offer(new FacetValue(Utf8Text.Decode(text), count));
        }

        if (_false > 0) Offer(new FacetValue(false, _false));
        if (_true > 0) Offer(new FacetValue(true, _true));
        var values = new FacetValue[best.Count];
        for (var i = values.Length - 1; i >= 0; i--) values[i] = best.Dequeue();
        return new FacetResult(values, more, IsComplete: true, _numbers.ToRange(), _times.ToRange());

        void Offer(FacetValue value)
        {
            if (leftOut is not null && FacetValue.Order.Compare(value, leftOut) > 0) return;
            best.Enqueue(value, value);
            chars += value.TextChars;
            while (best.Count > query.Limit || chars > FacetQuery.MaxTextChars)
            {
                leftOut = best.Dequeue();
                chars -= leftOut.TextChars;
                more = true;
            }
        }
    }

    public void Dispose()
    {
        foreach (var mask in _masks) mask.Dispose();
        _masks.Clear();
    }

    private static int Count(RowSet rows, RowMask? selected) => selected is null ? rows.Count : rows.CountIn(selected.Padded);

    private void AddRows(ViewSegment segment, RowMask? selected)
    {
        var counts = new Dictionary<byte[], int>(Utf8Comparer.Instance);
        var texts = counts.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var first = 0; first < segment.RowCount; first += 64)
        {
            if (first % RowBitmap.ChunkRows == 0) cancellationToken.ThrowIfCancellationRequested();
            var rows = selected is null ? ulong.MaxValue >> Math.Max(0, first + 64 - segment.RowCount) : selected.Words[first / 64];
            for (; rows != 0; rows &= rows - 1) AddRow(segment.Reader, first + BitOperations.TrailingZeroCount(rows), texts);
        }

        _texts.Add(TextCounts.Of(counts));
    }

    private void AddRow(SegmentReader reader, int row, Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> texts)
    {
        try
        {
            var cursor = new AttributeCursor(reader.GetEncodedAttributes(row));
            if (!cursor.MoveTo(_name)) return;
            var value = new ByteReader(cursor.Value);
            switch (cursor.Kind)
            {
                case AttributeKind.String:
                    texts[cursor.Value] = texts.TryGetValue(cursor.Value, out var before) ? before + 1 : 1;
                    break;
                case AttributeKind.Number:
                    _numbers.Add(SortedColumn.KeyOf(BitConverter.Int64BitsToDouble(value.ReadInt64())));
                    break;
                case AttributeKind.Time:
                    _times.Add(value.ReadInt64());
                    break;
                case AttributeKind.Bool:
                    if (value.ReadByte() != 0) _true++;
                    else _false++;
                    break;
                case AttributeKind.StringList:
                    AddList(cursor.Value, texts);
                    break;
            }
        }
        catch (InvalidDataException malformed)
        {
            throw reader.DamagedAttributes(row, malformed);
        }
    }

    /// <summary>Counts each text of a list once.</summary>
    private static void AddList(ReadOnlySpan<byte> list, Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> texts)
    {
        var seen = new HashSet<byte[]>(Utf8Comparer.Instance);
        for (var value = new ByteReader(list); value.Remaining > 0;)
        {
            var text = value.ReadBlock();
            if (seen.GetAlternateLookup<ReadOnlySpan<byte>>().Add(text)) texts[text] = texts.TryGetValue(text, out var before) ? before + 1 : 1;
        }
    }
}
