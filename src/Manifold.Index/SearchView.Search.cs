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
        using var run = new SearchRun(query, Spaces, LiveRows, new IdOrder(this));
        Enter();
        try
        {
            foreach (var segment in _segments) SegmentSearch.Run(segment, run, cancellationToken);
            effort = run.Effort;
            return HitsOf(run.Results, run);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Several searches at once, each answered as by itself: those that score all rows of a segment share one pass over them.</summary>
    /// <exception cref="ArgumentException">A query is not valid: none is answered.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; looked at between blocks of rows.</exception>
    /// <exception cref="CorruptSegmentException">A segment is damaged where it was read.</exception>
    public IReadOnlyList<SearchAnswer> Search(IReadOnlyList<SearchQuery> queries, CancellationToken cancellationToken)
    {
        var runs = new List<SearchRun>(queries.Count);
        try
        {
            foreach (var query in queries) runs.Add(new SearchRun(query, Spaces, LiveRows, new IdOrder(this)));
            Enter();
            try
            {
                foreach (var segment in _segments) SegmentSearch.Run(segment, runs, cancellationToken);
                return [.. runs.Select(run => new SearchAnswer(HitsOf(run.Results, run), run.Effort))];
            }
            finally
            {
                Leave();
            }
        }
        finally
        {
            foreach (var run in runs) run.Dispose();
        }
    }

    private Hit[] HitsOf(TopK results, SearchRun? run = null)
    {
        var best = results.ToSortedArray();
        var hits = new Hit[best.Length];
        for (var i = 0; i < hits.Length; i++)
        {
            var segment = SegmentOf(best[i].Row);
            var row = best[i].Row - segment.FirstRow;
            hits[i] = new Hit(Utf8Text.Decode(segment.Reader.GetId(row)), best[i].Score, MatchesOf(run, segment, row));
        }

        return hits;
    }

    private static VectorMatch[]? MatchesOf(SearchRun? run, ViewSegment segment, int row) =>
        run?.MaxSim is { } maxSim && segment.Reader.TryGetVectors(row, segment.Reader.IndexOfSpace(run.Space.Name), out var vectors, out var places)
            ? maxSim.Match(vectors, places)
            : null;

    /// <summary>The id of a row in the numbering of the whole view.</summary>
    private ReadOnlySpan<byte> IdOf(int row)
    {
        var segment = SegmentOf(row);
        return segment.Reader.GetId(row - segment.FirstRow);
    }

    private ViewSegment SegmentOf(int row)
    {
        int low = 0, high = _segments.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (_segments[middle].FirstRow <= row) low = middle;
            else high = middle - 1;
        }

        return _segments[low];
    }

    private sealed class IdOrder(SearchView view) : IRowOrder
    {
        public int CompareIds(int rowA, int rowB) => view.IdOf(rowA).SequenceCompareTo(view.IdOf(rowB));
    }
}
