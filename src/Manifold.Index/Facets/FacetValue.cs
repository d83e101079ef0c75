namespace Manifold.Index;

/// <summary>A value of an attribute and how many items have it.</summary>
/// <param name="Value">A text (an attribute's own or an element of its list) or a bool.</param>
/// <param name="Count">Items; one whose list holds the text several times counts once.</param>
public sealed record FacetValue(AttributeValue Value, long Count)
{
    /// <summary>What it takes of <see cref="FacetQuery.MaxTextChars"/>.</summary>
    internal int TextChars => Value.Kind == AttributeKind.String ? Value.AsString.Length : 0;

    /// <summary>The order of facets: greater counts first, then texts by their UTF-8 bytes, then false and true.</summary>
    public static IComparer<FacetValue> Order { get; } = Comparer<FacetValue>.Create((a, b) =>
    {
        if (a.Count != b.Count) return b.Count.CompareTo(a.Count);
        if (a.Value.Kind != b.Value.Kind) return a.Value.Kind.CompareTo(b.Value.Kind);
        return a.Value.Kind == AttributeKind.Bool ? a.Value.AsBool.CompareTo(b.Value.AsBool) : Utf8Order.Compare(a.Value.AsString, b.Value.AsString);
    });
}
