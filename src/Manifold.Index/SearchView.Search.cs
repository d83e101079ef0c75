using System.Buffers;

namespace Manifold.Index;

public sealed partial class SearchView
{
    /// <summary>The nearest items: greater score first, equal scores by ascending id. Scores are exact; which items are found is so with a recall of 1.</summary>
    /// <exception cref="ArgumentException">The query is not valid (see <see cref="SearchQuery.Validate"/>); the message begins with the field.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; looked at between blocks of rows.</exception>
    /// <exception cref="CorruptSegmentException">A segment is damaged where it was read.</exception>
    public IReadOnlyList<Hit> Search(SearchQuery query, CancellationToken cancellationToken) => Search(query, out _, cancellationToken);

    /// <summary>The same, and what it took.</summary>
    public IReadOnlyList<Hit> Search(SearchQuery query, out SearchEffort effort, CancellationToken cancellationToken)
    {
        var errors = query.Validate(Spaces);
        if (errors.Count > 0) throw new ArgumentException(errors[0].ToString(), nameof(query));
        effort = default;
        if (LiveRows == 0) return [];

        var space = Spaces.First(candidate => candidate.Name == query.Space);
        var filter = query.Filter is null ? null : CompiledFilter.Compile(query.Filter);
        var results = new TopK((int)Math.Min(query.Limit, LiveRows), new IdOrder(this));
        var rented = ArrayPool<float>.Shared.Rent(space.Dimension);
        var vector = rented.AsSpan(0, space.Dimension);
        Enter();
        try
        {
            if (space.Metric == Metric.Cosine) VectorMath.Normalize(query.Vector.Span, vector);
            else query.Vector.Span.CopyTo(vector);
            foreach (var segment in _segments)
                SegmentSearch.Run(segment, space, vector, filter, query.ScoreThreshold ?? float.NegativeInfinity, query.Recall, results, ref effort, cancellationToken);

            var best = results.ToSortedArray();
            var hits = new Hit[best.Length];
            for (var i = 0; i < hits.Length; i++) hits[i] = new Hit(Utf8Text.Decode(IdOf(best[i].Row)), best[i].Score);
            return hits;
        }
        finally
        {
            Leave();
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>The id of a row in the numbering of the whole view.</summary>
    private ReadOnlySpan<byte> IdOf(int row)
    {
        int low = 0, high = _segments.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (_segments[middle].FirstRow <= row) low = middle;
            else high = middle - 1;
        }

        return _segments[low].Reader.GetId(row - _segments[low].FirstRow);
    }

    private sealed class IdOrder(SearchView view) : IRowOrder
    {
        public int CompareIds(int rowA, int rowB) => view.IdOf(rowA).SequenceCompareTo(view.IdOf(rowB));
    }
}
