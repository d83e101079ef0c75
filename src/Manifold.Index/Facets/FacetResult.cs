namespace Manifold.Index;

/// <summary>The values of an attribute. An attribute may have values of several kinds.</summary>
/// <param name="Values">Texts and bools in <see cref="FacetValue.Order"/>.</param>
/// <param name="HasMore">Whether there are texts or bools beyond these.</param>
/// <param name="IsComplete">Whether counts are exact and no greater one is missing. Always, unless <see cref="Merge"/> was given a part that left values out.</param>
/// <param name="Numbers">Null where no item has a number.</param>
/// <param name="Times">Null where no item has a time.</param>
public sealed record FacetResult(IReadOnlyList<FacetValue> Values, bool HasMore, bool IsComplete, FacetRange? Numbers, FacetRange? Times)
{
    /// <summary>The answers of several indexes over different items as one.</summary>
    /// <param name="parts">The answers, to one query but for its limit.</param>
    /// <param name="limit">How many values to keep.</param>
    public static FacetResult Merge(IReadOnlyList<FacetResult> parts, int limit)
    {
        var counts = new Dictionary<AttributeValue, long>();
        foreach (var part in parts)
            foreach (var (value, count) in part.Values) counts[value] = counts.GetValueOrDefault(value) + count;
        FacetValue[] merged = [.. counts.Select(pair => new FacetValue(pair.Key, pair.Value))];
        Array.Sort(merged, FacetValue.Order);
        var (kept, chars) = (0, 0L);
        while (kept < Math.Min(limit, merged.Length) && (chars += merged[kept].TextChars) <= FacetQuery.MaxTextChars) kept++;
        return new FacetResult(
            merged[..kept],
            merged.Length > kept || parts.Any(part => part.HasMore),
            parts.All(part => part.IsComplete) && (parts.Count == 1 || !parts.Any(part => part.HasMore)),
            parts.Select(part => part.Numbers).Aggregate(FacetRange.Merge),
            parts.Select(part => part.Times).Aggregate(FacetRange.Merge));
    }
}
