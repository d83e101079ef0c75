namespace Manifold.Index;

/// <summary>A search for the nearest items in one space.</summary>
/// <param name="Space">The space's name.</param>
/// <param name="Vector">
/// [dimension], or in a multi-vector space [vectors × dimension], at most <see cref="MaxVectors"/>. Under cosine each is brought to unit length for the search, and none may be zero.
/// </param>
/// <param name="Limit">How many hits at most, at least 1.</param>
/// <param name="Filter">Only items that match; null for all.</param>
/// <param name="ScoreThreshold">Only scores of at least this; null for all.</param>
/// <param name="Recall">The mean share of the true nearest items that searches like this one are to find, above 0 and at most 1: less is faster. 1 is exact search.</param>
public sealed record SearchQuery(
    string Space, ReadOnlyMemory<float> Vector, int Limit, Filter? Filter = null, float? ScoreThreshold = null, double Recall = SearchQuery.DefaultRecall)
{
    /// <summary>Most vectors of a query in a multi-vector space.</summary>
    public const int MaxVectors = 1024;

    /// <summary>What is promised where nothing is asked for.</summary>
    public const double DefaultRecall = 0.95;

    /// <summary>All faults of the query against the spaces of an index; empty if there is none.</summary>
    public IReadOnlyList<FieldError> Validate(IReadOnlyList<SpaceSchema> spaces)
    {
        var errors = new List<FieldError>();
        var space = spaces.FirstOrDefault(candidate => candidate.Name == Space);
        if (space is null)
            errors.Add(new("space", $"There is no space '{FieldError.Quote(Space)}'; the collection has {string.Join(", ", spaces.Select(known => $"'{known.Name}'"))}."));
        else if (space.FindFault(Vector.Span) is { } fault)
            errors.Add(new("vector", fault));
        else if (Vector.Length / space.Dimension > MaxVectors)
            errors.Add(new("vector", $"{Vector.Length / space.Dimension} vectors; at most {MaxVectors} are possible."));
        if (Limit < 1) errors.Add(new("limit", $"Expected at least 1, got {Limit}."));
        if (ScoreThreshold is { } threshold && float.IsNaN(threshold)) errors.Add(new("score_threshold", "NaN is no score."));
        if (Recall is not (> 0 and <= 1)) errors.Add(new("recall", $"Expected more than 0 and at most 1, got {Recall}."));
        if (Filter is not null) errors.AddRange(FilterValidation.Validate(Filter));
        return errors;
    }
}
