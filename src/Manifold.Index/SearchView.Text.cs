using Manifold.Index.FullText;

namespace Manifold.Index;

public sealed partial class SearchView
{
    /// <summary>The items whose texts fit the words best: greater BM25 score first, equal scores by ascending id. Exact.</summary>
    /// <exception cref="ArgumentException">The query is not valid (see <see cref="TextQuery.Validate"/>); the message begins with the field.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="CorruptSegmentException">A segment, or its index, is damaged where it was read.</exception>
    public IReadOnlyList<Hit> SearchText(TextQuery query, CancellationToken cancellationToken)
    {
        var errors = query.Validate();
        if (errors.Count > 0) throw new ArgumentException(errors[0].ToString(), nameof(query));
        var filter = query.Filter is null ? null : CompiledFilter.Compile(query.Filter);
        if (LiveRows == 0) return [];
        var results = new TopK((int)Math.Min(query.Limit, LiveRows), new IdOrder(this));
        Enter();
        try
        {
            TextSearch.Run(_segments, query, filter, results, cancellationToken);
            return HitsOf(results);
        }
        finally
        {
            Leave();
        }
    }
}
