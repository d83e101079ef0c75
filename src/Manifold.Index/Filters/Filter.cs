namespace Manifold.Index;

/// <summary>A condition on items. Immutable; <see cref="FilterValidation"/> checks it, <see cref="CompiledFilter"/> evaluates it.</summary>
/// <remarks>
/// A leaf never matches an item that lacks the attribute or has it with another kind, so the <see cref="Not"/> of that leaf does match.
/// Equality and <see cref="FieldIn"/> match a list of texts if any element does. Numbers compare as exact doubles, texts by their UTF-8
/// bytes (case counts), times by whole microseconds.
/// </remarks>
public abstract record Filter
{
    private Filter()
    {
    }

    /// <summary>Most values, ids and leaves of one filter together.</summary>
    public const int MaxTerms = 10_000;

    /// <summary>Deepest nesting; a single leaf has depth 1.</summary>
    public const int MaxDepth = 32;

    /// <summary>The attribute has this value (a text, number, bool or time).</summary>
    public sealed record FieldEquals(string Name, AttributeValue Value) : Filter;

    /// <summary>The attribute has one of these values; an empty list matches nothing.</summary>
    public sealed record FieldIn(string Name, IReadOnlyList<AttributeValue> Values) : Filter;

    /// <summary>The attribute is a number (or a time) within all bounds given; at least one, all of one kind.</summary>
    public sealed record FieldRange(
        string Name,
        AttributeValue? GreaterThan = null,
        AttributeValue? GreaterOrEqual = null,
        AttributeValue? LessThan = null,
        AttributeValue? LessOrEqual = null) : Filter;

    /// <summary>The attribute is there, of whatever kind.</summary>
    public sealed record FieldExists(string Name) : Filter;

    /// <summary>The attribute is a text that begins with the prefix, or a list with such an element. Every text begins with the empty one.</summary>
    public sealed record FieldPrefix(string Name, string Prefix) : Filter;

    /// <summary>The attribute is a list that has each of these texts, at least one, among its elements; a single text is a list of one.</summary>
    public sealed record FieldAllOf(string Name, IReadOnlyList<string> Values) : Filter;

    /// <summary>The attribute is a point within a distance of the centre: great-circle metres on a sphere of 6,371,008.8 m.</summary>
    public sealed record FieldGeoRadius(string Name, GeoPoint Center, double Metres) : Filter;

    /// <summary>The attribute is a point in the box, edges included; where its west is greater than its east, it lies across the antimeridian.</summary>
    public sealed record FieldGeoBox(string Name, GeoPoint SouthWest, GeoPoint NorthEast) : Filter;

    /// <summary>The item's modality is one of these (see <see cref="Modalities"/>; empty text: vectors only).</summary>
    public sealed record ModalityIs(IReadOnlyList<string> Values) : Filter;

    /// <summary>The item's id is one of these; an empty list matches nothing.</summary>
    public sealed record IdIn(IReadOnlyList<string> Ids) : Filter;

    /// <summary>All parts match; at least one part.</summary>
    public sealed record And(IReadOnlyList<Filter> Parts) : Filter;

    /// <summary>Some part matches; at least one part.</summary>
    public sealed record Or(IReadOnlyList<Filter> Parts) : Filter;

    /// <summary>The part does not match.</summary>
    public sealed record Not(Filter Part) : Filter;
}
