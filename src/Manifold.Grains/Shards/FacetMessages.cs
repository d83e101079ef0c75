using Manifold.Index;

namespace Manifold.Grains;

/// <summary>Asks for the values of an attribute.</summary>
/// <param name="Attribute">The attribute's name.</param>
/// <param name="Filter">The filter in its binary form, or <c>null</c>.</param>
/// <param name="Limit">How many texts and bools at most.</param>
/// <param name="NumberEdges">Where buckets of numbers begin; <c>null</c> for none.</param>
/// <param name="TimeEdges">Where buckets of times begin; <c>null</c> for none. Not both.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.FacetsAsk")]
public sealed record FacetsAsk(
    [property: Id(0)] string Attribute,
    [property: Id(1)] byte[]? Filter,
    [property: Id(2)] int Limit,
    [property: Id(3)] double[]? NumberEdges,
    [property: Id(4)] DateTimeOffset[]? TimeEdges)
{
    /// <summary>The message of a query.</summary>
    /// <param name="query">The query; its edges are valid.</param>
    /// <param name="filter">Its filter in the binary form.</param>
    public static FacetsAsk From(FacetQuery query, byte[]? filter) => new(
        query.Attribute,
        filter,
        query.Limit,
        query.Edges is [{ Kind: AttributeKind.Number }, ..] ? [.. query.Edges.Select(edge => edge.AsNumber)] : null,
        query.Edges is [{ Kind: AttributeKind.Time }, ..] ? [.. query.Edges.Select(edge => edge.AsTime)] : null);

    internal FacetQuery ToQuery(Filter? filter) =>
        new(Attribute, filter, Limit, NumberEdges?.Select(AttributeValue.Of).ToArray() ?? TimeEdges?.Select(AttributeValue.Of).ToArray());
}

/// <summary>The values of an attribute, of a shard or of a collection.</summary>
/// <param name="Texts">Texts [texts], in the order of facets.</param>
/// <param name="TextCounts">Items that have each [texts].</param>
/// <param name="False">Items that have false, if that is among the values.</param>
/// <param name="True">Items that have true, if that is among the values.</param>
/// <param name="HasMore">Whether there are values beyond these.</param>
/// <param name="IsComplete">Whether the counts are exact.</param>
/// <param name="Numbers">Least, greatest, count and buckets.</param>
/// <param name="Times">Least, greatest, count and buckets.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.FacetCounts")]
public sealed record FacetCounts(
    [property: Id(0)] string[] Texts,
    [property: Id(1)] long[] TextCounts,
    [property: Id(2)] long False,
    [property: Id(3)] long True,
    [property: Id(4)] bool HasMore,
    [property: Id(5)] bool IsComplete,
    [property: Id(6)] FacetRangeCounts<double>? Numbers,
    [property: Id(7)] FacetRangeCounts<DateTimeOffset>? Times)
{
    internal static FacetCounts From(FacetResult result)
    {
        FacetValue[] texts = [.. result.Values.Where(value => value.Value.Kind == AttributeKind.String)];
        return new(
            Array.ConvertAll(texts, text => text.Value.AsString),
            Array.ConvertAll(texts, text => text.Count),
            CountOf(false),
            CountOf(true),
            result.HasMore,
            result.IsComplete,
            result.Numbers is { } numbers ? new(numbers.Min.AsNumber, numbers.Max.AsNumber, numbers.Count, [.. numbers.Buckets]) : null,
            result.Times is { } times ? new(times.Min.AsTime, times.Max.AsTime, times.Count, [.. times.Buckets]) : null);

        long CountOf(bool value) => result.Values.FirstOrDefault(counted => counted.Value.Kind == AttributeKind.Bool && counted.Value.AsBool == value)?.Count ?? 0;
    }

    /// <summary>The values in the order of facets.</summary>
    public FacetResult ToResult()
    {
        var values = new List<FacetValue>(Texts.Zip(TextCounts, (text, count) => new FacetValue(text, count)));
        if (False > 0) values.Add(new(false, False));
        if (True > 0) values.Add(new(true, True));
        values.Sort(FacetValue.Order);
        return new(
            values,
            HasMore,
            IsComplete,
            Numbers is { } numbers ? new(numbers.Min, numbers.Max, numbers.Count, numbers.Buckets) : null,
            Times is { } times ? new(times.Min, times.Max, times.Count, times.Buckets) : null);
    }
}

/// <summary>The numbers, or the times, of an attribute.</summary>
/// <param name="Min">The least.</param>
/// <param name="Max">The greatest.</param>
/// <param name="Count">Items that have one.</param>
/// <param name="Buckets">Items in each bucket.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.FacetRangeCounts`1")]
public sealed record FacetRangeCounts<T>([property: Id(0)] T Min, [property: Id(1)] T Max, [property: Id(2)] long Count, [property: Id(3)] long[] Buckets);
