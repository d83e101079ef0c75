namespace Manifold.Index;

public sealed partial class SearchView
{
    /// <summary>The values of an attribute with their counts, exact.</summary>
    /// <exception cref="ArgumentException">The query is not valid (see <see cref="FacetQuery.Validate"/>); the message begins with the field.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="CorruptSegmentException">A segment, or its columns, are damaged where they were read.</exception>
    public FacetResult Facets(FacetQuery query, CancellationToken cancellationToken)
    {
        var errors = query.Validate();
        if (errors.Count > 0) throw new ArgumentException(errors[0].ToString(), nameof(query));
        var filter = query.Filter is null ? null : CompiledFilter.Compile(query.Filter);
        Enter();
        try
        {
            using var counter = new FacetCounter(query, filter, cancellationToken);
            foreach (var segment in _segments) counter.Add(segment);
            return counter.ToResult();
        }
        finally
        {
            Leave();
        }
    }
}
