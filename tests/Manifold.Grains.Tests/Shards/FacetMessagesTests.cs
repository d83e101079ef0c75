using Manifold.Index;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Manifold.Grains.Tests.Shards;

/// <summary>Messages of facets between silos: what is said arrives.</summary>
public sealed class FacetMessagesTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void FacetCounts_ThroughTheSerializer_AreTheSameFacets()
    {
        var result = new FacetResult(
            [new("grün", 5), new(true, 5), new("青", 3), new(false, 1)],
            HasMore: true,
            IsComplete: false,
            new FacetRange(double.NegativeInfinity, 7.5, 9, [1, 8]),
            new FacetRange(Start, Start.AddTicks(10), 2, []));
        var read = Copy(FacetCounts.From(result)).ToResult();
        Assert.Equal(result.Values, read.Values);
        Assert.Equal((result.HasMore, result.IsComplete), (read.HasMore, read.IsComplete));
        Assert.Equal((result.Numbers!.Min, result.Numbers.Max, result.Numbers.Count), (read.Numbers!.Min, read.Numbers.Max, read.Numbers.Count));
        Assert.Equal(result.Numbers.Buckets, read.Numbers.Buckets);
        Assert.Equal((result.Times!.Min, result.Times.Max, 2, 0), (read.Times!.Min, read.Times.Max, read.Times.Count, read.Times.Buckets.Count));
    }

    [Fact]
    public void FacetCounts_OfNothing_AreNothing()
    {
        var read = Copy(FacetCounts.From(new FacetResult([], HasMore: false, IsComplete: true, null, null))).ToResult();
        Assert.Empty(read.Values);
        Assert.Equal((null, null), (read.Numbers, read.Times));
    }

    [Fact]
    public void FacetsAsk_ThroughTheSerializer_IsTheSameQuery()
    {
        foreach (var edges in (AttributeValue[]?[])[null, [1, 2.5], [Start, Start.AddDays(1)]])
        {
            var query = Copy(FacetsAsk.From(new FacetQuery("size", null, 7, edges), null)).ToQuery(null);
            Assert.Equal(("size", 7), (query.Attribute, query.Limit));
            Assert.Equal(edges, query.Edges);
        }
    }

    private static T Copy<T>(T message)
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(message))!;
    }
}
