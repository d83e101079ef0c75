namespace Manifold.Index.Tests.Facets;

public sealed class FacetTests
{
    public static TheoryData<FacetQuery, string> Faults => new()
    {
        { new FacetQuery(""), "attribute: The attribute name" },
        { new FacetQuery("a", Limit: 0), "limit: Expected 1 to 10000, got 0" },
        { new FacetQuery("a", Limit: 10_001), "limit: Expected" },
        { new FacetQuery("a", new Filter.And([])), "filter.and: Expected" },
        { new FacetQuery("a", Edges: [1, "x"]), "edges[1]: An edge is a String" },
        { new FacetQuery("a", Edges: [1, DateTimeOffset.UnixEpoch]), "edges[1]: An edge is a Time" },
        { new FacetQuery("a", Edges: [1, 2, 2]), "edges[2]: The edges are not in strictly ascending order" },
        { new FacetQuery("a", Edges: [.. Enumerable.Range(0, 1001).Select(i => AttributeValue.Of(i))]), "edges: 1001 edges" },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Facets_OfFaultyQuery_NamesTheField(FacetQuery query, string expected)
    {
        using var writer = new IndexWriter(SampleItems.Spaces);
        var error = Assert.Throws<ArgumentException>(() => writer.Current.Facets(query, CancellationToken.None));
        Assert.StartsWith(expected, error.Message);
    }

    [Fact]
    public void Facets_OfUnknownAttribute_AreEmpty()
    {
        using var writer = new IndexWriter(SampleItems.Spaces);
        writer.Upsert(SampleItems.Next(new Random(1)));
        var result = writer.Publish().Facets(new FacetQuery("absent"), CancellationToken.None);
        Assert.Empty(result.Values);
        Assert.Equal((false, true, null, null), (result.HasMore, result.IsComplete, result.Numbers, result.Times));
    }

    [Fact]
    public void Facets_OfNumbers_AreCountedFromEdgeToEdge()
    {
        using var writer = new IndexWriter(SampleItems.Spaces);
        foreach (var number in (double[])[-1, 0, 0.5, 1, 1, 7])
            writer.Upsert(SampleItems.Next(new Random(1), $"{number}-{Guid.NewGuid()}") with { Attributes = Attributes.Of(("n", number)) });
        var result = writer.Publish().Facets(new FacetQuery("n", Edges: [0, 1, 5]), CancellationToken.None);
        Assert.Equal([1L, 2, 2, 1], result.Numbers!.Buckets);
        Assert.Equal((-1, 7, 6), (result.Numbers.Min.AsNumber, result.Numbers.Max.AsNumber, result.Numbers.Count));
    }

    [Fact]
    public void Facets_OfLongTexts_AreFewerButTheBest()
    {
        using var writer = new IndexWriter(SampleItems.Spaces);
        for (var i = 0; i < 120; i++)
        {
            for (var copy = 0; copy <= i % 3; copy++)
                writer.Upsert(SampleItems.Next(new Random(1), $"{i}-{copy}") with { Attributes = Attributes.Of(("t", $"{i:000}" + new string('x', i % 2 == 0 ? 60_000 : 10))) });
        }

        var result = writer.Publish().Facets(new FacetQuery("t", Limit: 1000), CancellationToken.None);
        Assert.True(result.HasMore);
        Assert.InRange(result.Values.Sum(value => value.Value.AsString.Length), FacetQuery.MaxTextChars - 60_003, FacetQuery.MaxTextChars);
        Assert.Equal(result.Values.Order(FacetValue.Order), result.Values);
        Assert.Equal(40, result.Values.Count(value => value.Count == 3));
    }

    [Fact]
    public void Merge_OfPartsThatLeftValuesOut_IsNotComplete()
    {
        var whole = new FacetResult([new("a", 3), new("b", 1)], HasMore: false, IsComplete: true, null, null);
        var cut = new FacetResult([new("b", 4)], HasMore: true, IsComplete: true, null, null);
        var merged = FacetResult.Merge([whole, cut], 10);
        Assert.Equal([new("b", 5), new("a", 3)], merged.Values);
        Assert.Equal((true, false), (merged.HasMore, merged.IsComplete));
        Assert.True(FacetResult.Merge([whole, whole], 1) is { HasMore: true, IsComplete: true, Values: [{ Count: 6 }] });
    }
}
