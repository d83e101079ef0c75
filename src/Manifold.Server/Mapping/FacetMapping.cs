using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Facets between the wire and the index.</summary>
internal static class FacetMapping
{
    /// <returns>The query, but for its filter.</returns>
    /// <exception cref="ManifoldException">InvalidArgument, naming the field at fault.</exception>
    public static FacetQuery Read(V1.FacetsRequest request)
    {
        var query = new FacetQuery(
            request.Attribute,
            Filter: null,
            request.Limit == 0 ? FacetQuery.DefaultLimit : request.Limit,
            [.. request.Edges.Select((edge, i) => AttributeMapping.Read(edge, $"edges[{i}]"))]);
        return query.Validate() is [var error, ..] ? throw ManifoldException.Invalid(error.Field, error.Message) : query;
    }

    public static V1.FacetsResponse Write(FacetResult result) => new()
    {
        Values = { result.Values.Select(value => new V1.FacetValue { Value = AttributeMapping.Write(value.Value), Count = value.Count }) },
        HasMore = result.HasMore,
        Complete = result.IsComplete,
        Numbers = Write(result.Numbers),
        Times = Write(result.Times),
    };

    private static V1.FacetRange? Write(FacetRange? range) => range is null
        ? null
        : new() { Min = AttributeMapping.Write(range.Min), Max = AttributeMapping.Write(range.Max), Count = range.Count, Buckets = { range.Buckets } };
}
