using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Counts of values over three shards.</summary>
public sealed class FacetTests(SharedServer shared, FilteredItems items) : IClassFixture<FilteredItems>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Facets_OfTexts_AreTheMostFrequentOfAllShards()
    {
        var expected = items.All
            .Where(i => i.Attributes.ContainsKey("colour"))
            .GroupBy(i => i.Attributes["colour"].StringValue)
            .Select(g => (g.Key, (long)g.Count()))
            .OrderByDescending(g => g.Item2).ThenBy(g => g.Key, StringComparer.Ordinal)
            .ToArray();
        var all = await _server.FacetsAsync(new FacetsRequest { Collection = items.Collection, Attribute = "colour" });
        Assert.Equal(expected, all.Values.Select(v => (v.Value.StringValue, v.Count)));
        Assert.Equal((false, true, null, null), (all.HasMore, all.Complete, all.Numbers, all.Times));

        var best = await _server.FacetsAsync(new FacetsRequest { Collection = items.Collection, Attribute = "colour", Limit = 1 });
        Assert.Equal(expected[0], (Assert.Single(best.Values).Value.StringValue, best.Values[0].Count));
        Assert.Equal((true, true), (best.HasMore, best.Complete));
    }

    [Fact]
    public async Task Facets_Filtered_CountTheItemsThatMeetTheCondition()
    {
        var request = new FacetsRequest { Collection = items.Collection, Attribute = "tags", Filter = Requests.Equal("sold", Requests.Value(true)) };
        var counts = (await _server.FacetsAsync(request)).Values.ToDictionary(v => v.Value.StringValue, v => v.Count);
        var sold = items.All.Where(i => i.Attributes.TryGetValue("sold", out var v) && v.BoolValue).ToArray();
        foreach (var (tag, count) in counts) Assert.Equal(sold.LongCount(i => i.Attributes["tags"].ListValue.Values.Contains(tag)), count);
        Assert.Equal(sold.SelectMany(i => i.Attributes["tags"].ListValue.Values).Distinct().Count(), counts.Count);
    }

    [Fact]
    public async Task Facets_OfNumbersTimesAndBools_AreExact()
    {
        var sizes = items.All.Where(i => i.Attributes.ContainsKey("size")).Select(i => i.Attributes["size"].NumberValue).ToArray();
        var size = await _server.FacetsAsync(new FacetsRequest { Collection = items.Collection, Attribute = "size", Edges = { Requests.Value(-10), Requests.Value(0) } });
        Assert.Empty(size.Values);
        Assert.Equal((sizes.Min(), sizes.Max(), sizes.Length), (size.Numbers.Min.NumberValue, size.Numbers.Max.NumberValue, size.Numbers.Count));
        Assert.Equal([sizes.LongCount(s => s < -10), sizes.LongCount(s => s is >= -10 and < 0), sizes.LongCount(s => s >= 0)], size.Numbers.Buckets);

        var day = await _server.FacetsAsync(new FacetsRequest { Collection = items.Collection, Attribute = "day" });
        Assert.Equal((Requests.Value(FilteredItems.Start.AddDays(1)), sizes.Length), (day.Times.Min, day.Times.Count));
        Assert.Empty(day.Times.Buckets);

        var sold = await _server.FacetsAsync(new FacetsRequest { Collection = items.Collection, Attribute = "sold" });
        Assert.Equal([(true, 34L), (false, 33L)], sold.Values.Select(v => (v.Value.BoolValue, v.Count)));
    }

    [Fact]
    public async Task Facets_OfUnknownAttribute_AreEmpty()
    {
        var none = await _server.FacetsAsync(new FacetsRequest { Collection = items.Collection, Attribute = "nothing" });
        Assert.Equal(new FacetsResponse { Complete = true }, none);
    }

    [Fact]
    public async Task Facets_BadRequest_InvalidArgumentWithTheField()
    {
        foreach (var (request, field) in (IEnumerable<(FacetsRequest, string)>)
        [
            (new FacetsRequest { Attribute = "" }, "attribute"),
            (new FacetsRequest { Attribute = "a", Limit = -1 }, "limit"),
            (new FacetsRequest { Attribute = "a", Limit = 10_001 }, "limit"),
            (new FacetsRequest { Attribute = "a", Edges = { Requests.Value("x") } }, "edges[0]"),
            (new FacetsRequest { Attribute = "a", Edges = { new AttributeValue() } }, "edges[0]"),
            (new FacetsRequest { Attribute = "a", Filter = Requests.And() }, "filter.and"),
        ])
        {
            request.Collection = items.Collection;
            await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.FacetsAsync(request), field);
        }

        await Refusal.AssertAsync(StatusCode.NotFound, _server.FacetsAsync(new FacetsRequest { Collection = "gone", Attribute = "a" }), "collection");
    }
}
