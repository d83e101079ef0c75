namespace Manifold.Client;

/// <summary>The values of an attribute, which may be of several kinds.</summary>
/// <param name="Values">Strings and booleans: greatest counts first, then strings by their UTF-8 bytes.</param>
/// <param name="HasMore">There are strings or booleans beyond these.</param>
/// <param name="IsComplete">Counts are exact and no greater one is missing. False only where the collection has several shards and one of them has more than 10,000 values.</param>
/// <param name="Numbers">Null where no item has a number.</param>
/// <param name="Times">Null where no item has a time.</param>
public sealed record FacetResult(IReadOnlyList<FacetValue> Values, bool HasMore, bool IsComplete, FacetRange? Numbers, FacetRange? Times);
