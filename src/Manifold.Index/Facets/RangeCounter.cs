namespace Manifold.Index;

/// <summary>Counts numbers, or times, by their keys (see <see cref="SortedColumn"/>): least, greatest, and how many are in each bucket.</summary>
internal sealed class RangeCounter
{
    private readonly AttributeKind _kind;
    private readonly long[] _edges;
    private readonly long[] _buckets;
    private long _min;
    private long _max;
    private long _count;

    /// <param name="kind">Number or time.</param>
    /// <param name="edges">The query's edges; those of another kind make no buckets.</param>
    public RangeCounter(AttributeKind kind, IReadOnlyList<AttributeValue>? edges)
    {
        _kind = kind;
        _edges = edges is [var first, ..] && first.Kind == kind ? [.. edges.Select(FacetRange.KeyOf)] : [];
        _buckets = new long[_edges.Length == 0 ? 0 : _edges.Length + 1];
    }

    public void Add(long key)
    {
        Add(key, key, 1);
        if (_buckets.Length == 0) return;
        var place = Array.BinarySearch(_edges, key);
        _buckets[place < 0 ? ~place : place + 1]++;
    }

    /// <summary>Adds the selected rows of a column; all of them without a selection.</summary>
    public void Add(SortedColumn column, RowMask? selected)
    {
        var (low, high) = (0, column.Count);
        if (selected is not null)
        {
            var words = selected.Padded;
            while (low < high && column.CountIn(words, low, low + 1) == 0) low++;
            while (high > low && column.CountIn(words, high - 1, high) == 0) high--;
        }

        if (low == high) return;
        var (from, total) = (low, 0L);
        for (var bucket = 0; bucket <= _edges.Length; bucket++)
        {
            var to = bucket == _edges.Length ? high : Math.Clamp(column.LowerBound(_edges[bucket]), from, high);
            var count = selected is null ? to - from : column.CountIn(selected.Padded, from, to);
            if (_buckets.Length > 0) _buckets[bucket] += count;
            (from, total) = (to, total + count);
        }

        Add(column.Keys[low], column.Keys[high - 1], total);
    }

    /// <summary>What was counted; null if nothing was.</summary>
    public FacetRange? ToRange() => _count == 0 ? null : new FacetRange(ValueOf(_min), ValueOf(_max), _count, _buckets);

    private void Add(long min, long max, long count)
    {
        (_min, _max) = _count == 0 ? (min, max) : (Math.Min(_min, min), Math.Max(_max, max));
        _count += count;
    }

    private AttributeValue ValueOf(long key) => _kind == AttributeKind.Number
        ? AttributeValue.Of(SortedColumn.NumberOf(key))
        : AttributeValue.Of(DateTimeOffset.UnixEpoch.AddTicks(key * TimeSpan.TicksPerMicrosecond));
}
