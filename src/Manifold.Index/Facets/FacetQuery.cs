namespace Manifold.Index;

/// <summary>Asks which values an attribute has, and how many items have each.</summary>
/// <param name="Attribute">The attribute's name.</param>
/// <param name="Filter">Only items that match; null for all.</param>
/// <param name="Limit">How many texts and bools at most, 1 to <see cref="MaxLimit"/>.</param>
/// <param name="Edges">Where buckets of numbers, or of times, begin: of one kind, strictly ascending, at most <see cref="MaxEdges"/>; null for no buckets.</param>
public sealed record FacetQuery(string Attribute, Filter? Filter = null, int Limit = FacetQuery.DefaultLimit, IReadOnlyList<AttributeValue>? Edges = null)
{
    /// <summary>What a caller gets who names no limit: a screenful.</summary>
    public const int DefaultLimit = 10;

    /// <summary>Most values of one answer, and what a shard gives to be merged with others: about 1 MB of short texts.</summary>
    public const int MaxLimit = 10_000;

    /// <summary>Most characters (UTF-16 units) of all texts of one answer: at most 6 MB in a message, where texts may have 64 KiB each. What goes beyond is left out from the end.</summary>
    public const int MaxTextChars = 2 << 20;

    /// <summary>Most edges.</summary>
    public const int MaxEdges = 1_000;

    /// <summary>All faults; empty if there is none.</summary>
    public IReadOnlyList<FieldError> Validate()
    {
        var errors = new List<FieldError>();
        if (Utf8Text.CountBytes(Attribute) is < 1 or > Attributes.MaxNameBytes)
            errors.Add(new("attribute", $"The attribute name is not 1 to {Attributes.MaxNameBytes} UTF-8 bytes."));
        if (Limit is < 1 or > MaxLimit) errors.Add(new("limit", $"Expected 1 to {MaxLimit}, got {Limit}."));
        if (Filter is not null) errors.AddRange(FilterValidation.Validate(Filter));
        if (Edges is null) return errors;
        if (Edges.Count > MaxEdges) errors.Add(new("edges", $"{Edges.Count} edges; at most {MaxEdges} are possible."));
        for (var i = 0; i < Edges.Count; i++)
        {
            var kind = Edges[i].Kind;
            if (kind is not (AttributeKind.Number or AttributeKind.Time) || kind != Edges[0].Kind)
                errors.Add(new($"edges[{i}]", $"An edge is a {kind}; expected all numbers or all times."));
            else if (i > 0 && Edges[i - 1].Kind == kind && FacetRange.KeyOf(Edges[i]) <= FacetRange.KeyOf(Edges[i - 1]))
                errors.Add(new($"edges[{i}]", "The edges are not in strictly ascending order."));
        }

        return errors;
    }
}
