namespace Manifold.Client;

/// <summary>A value of an attribute and how many items have it.</summary>
/// <param name="Value">A <see cref="string"/> (an attribute's own or an element of its list) or a <see cref="bool"/>.</param>
/// <param name="Count">Items; one whose list holds the text several times counts once.</param>
public sealed record FacetValue(object Value, long Count);
