using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>
/// A condition on items, for searches, counts and scrolls. Immutable. A missing attribute, or one of another kind, meets no condition; equality on a list
/// of strings holds if any element is equal. Values are of the kinds that <see cref="ItemInput.Attributes"/> has.
/// </summary>
public sealed class Filter : IEquatable<Filter>
{
    private Filter(V1.Filter message) => Message = message;

    internal V1.Filter Message { get; }

    /// <summary>Reads a condition as a person writes it; <see cref="FilterParser"/> has the grammar.</summary>
    /// <exception cref="FilterSyntaxException">It is not one; the message says where.</exception>
    public static Filter Parse(string text) => FilterParser.Parse(text);

    /// <exception cref="ArgumentException">The value is of no kind that an attribute can have.</exception>
    public static Filter Equal(string attribute, object value) =>
        new(new V1.Filter { Equal = new() { Attribute = attribute, Value = AttributeMapping.ToWire(attribute, value) } });

    /// <summary>True for items without the attribute, too: it is the opposite of <see cref="Equal"/>.</summary>
    public static Filter NotEqual(string attribute, object value) => Not(Equal(attribute, value));

    /// <summary>The attribute equals any of the values.</summary>
    public static Filter In(string attribute, params IEnumerable<object> values) =>
        new(new V1.Filter { In = new() { Attribute = attribute, Values = { values.Select(v => AttributeMapping.ToWire(attribute, v)) } } });

    /// <summary>Numbers or times greater than the bound.</summary>
    public static Filter GreaterThan(string attribute, object bound) =>
        Range(attribute, r => r.GreaterThan = AttributeMapping.ToWire(attribute, bound));

    public static Filter AtLeast(string attribute, object bound) =>
        Range(attribute, r => r.GreaterOrEqual = AttributeMapping.ToWire(attribute, bound));

    public static Filter LessThan(string attribute, object bound) =>
        Range(attribute, r => r.LessThan = AttributeMapping.ToWire(attribute, bound));

    public static Filter AtMost(string attribute, object bound) =>
        Range(attribute, r => r.LessOrEqual = AttributeMapping.ToWire(attribute, bound));

    /// <summary>Texts, and lists with an element, that begin with the prefix. Case counts.</summary>
    public static Filter StartsWith(string attribute, string prefix) => new(new V1.Filter { Prefix = new() { Attribute = attribute, Prefix_ = prefix } });

    /// <summary>Lists that have any of these elements, and texts that are one of them: <see cref="In"/> for texts.</summary>
    public static Filter ContainsAny(string attribute, params IEnumerable<string> values) => In(attribute, values);

    /// <summary>Lists that have all of these elements, at least one; a single text is a list of one.</summary>
    public static Filter ContainsAll(string attribute, params IEnumerable<string> values) =>
        new(new V1.Filter { AllOf = new() { Attribute = attribute, Values = { values } } });

    /// <summary>Points within a great-circle distance of a centre.</summary>
    public static Filter Within(string attribute, GeoPoint center, double metres) =>
        new(new V1.Filter { GeoRadius = new() { Attribute = attribute, Center = AttributeMapping.ToWire(center), Metres = metres } });

    /// <summary>Points in a box, edges included. A west that is greater than the east makes a box across the antimeridian.</summary>
    public static Filter WithinBox(string attribute, GeoPoint southWest, GeoPoint northEast) =>
        new(new V1.Filter { GeoBox = new() { Attribute = attribute, SouthWest = AttributeMapping.ToWire(southWest), NorthEast = AttributeMapping.ToWire(northEast) } });

    /// <summary>The item has the attribute, of whatever kind.</summary>
    public static Filter Exists(string attribute) => new(new V1.Filter { Exists = new() { Attribute = attribute } });

    public static Filter OfModality(params IEnumerable<Modality> modalities) =>
        new(new V1.Filter { Modality = new() { Modalities_ = { modalities.Select(m => (V1.Modality)m) } } });

    /// <summary>The item's id is any of these.</summary>
    public static Filter WithId(params IEnumerable<string> ids) => new(new V1.Filter { Id = new() { Ids_ = { ids } } });

    public static Filter And(params IEnumerable<Filter> filters) => new(new V1.Filter { And = new() { Filters_ = { filters.Select(f => f.Message) } } });

    public static Filter Or(params IEnumerable<Filter> filters) => new(new V1.Filter { Or = new() { Filters_ = { filters.Select(f => f.Message) } } });

    public static Filter Not(Filter filter) => new(new V1.Filter { Not = filter.Message });

    /// <inheritdoc/>
    public bool Equals(Filter? other) => other is not null && Message.Equals(other.Message);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Filter);

    /// <inheritdoc/>
    public override int GetHashCode() => Message.GetHashCode();

    /// <summary>The condition in the grammar that <see cref="Parse"/> reads.</summary>
    public override string ToString() => FilterText.Write(Message);

    private static Filter Range(string attribute, Action<V1.Filter.Types.Range> bound)
    {
        var range = new V1.Filter.Types.Range { Attribute = attribute };
        bound(range);
        return new(new V1.Filter { Range = range });
    }
}
