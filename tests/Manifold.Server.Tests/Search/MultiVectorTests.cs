using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Searches of a space with several vectors an item, over three shards.</summary>
public sealed class MultiVectorTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Query_OfOneVector_ScoresItemsByTheirNearest_AndSaysWhereItIs()
    {
        var name = await CreateAsync();
        var answer = await _server.QueryAsync(Requests.Query(name, 0, 1));
        Assert.Equal([("film", 1f), ("picture", 0.5f), ("plain", -1f)], answer.Hits.Select(hit => (hit.Item.Id, hit.Score)));
        var match = Assert.Single(answer.Hits[0].Matches);
        Assert.Equal((0, 1, 1f, 2f, 5.5f), (match.QueryVector, match.ItemVector, match.Score, match.Place.Interval.Start, match.Place.Interval.End));
        Assert.Null(match.Place.Box);
        Assert.Equal(0.25f, Assert.Single(answer.Hits[1].Matches).Place.Box.Top);
        Assert.Null(Assert.Single(answer.Hits[2].Matches).Place);
        Assert.Equal(4, answer.Effort.Scored);
    }

    [Fact]
    public async Task Query_OfSeveralVectors_AddsTheNearestOfEach()
    {
        var name = await CreateAsync();
        var answer = await _server.QueryAsync(Requests.Query(name, 0, 1, 3, 0));
        Assert.Equal([("film", 4f), ("plain", -1f), ("picture", -2.5f)], answer.Hits.Select(hit => (hit.Item.Id, hit.Score)));
        Assert.Equal([(0, 1), (1, 0)], answer.Hits[0].Matches.Select(match => (match.QueryVector, match.ItemVector)));

        // An item's own vectors are such a query too.
        var byItem = await _server.QueryAsync(new() { Collection = name, Parts = { new QueryPart { ItemId = "film" } }, Limit = 1 });
        Assert.Equal(("picture", -0.5f), (byItem.Hits[0].Item.Id, byItem.Hits[0].Score));
    }

    [Fact]
    public async Task Query_BesideWords_KeepsItsMatches()
    {
        var name = await CreateAsync();
        var request = Requests.Query(name, 0, 1);
        request.Match = new TextMatch { Text = "words" };
        var answer = await _server.QueryAsync(request);
        Assert.Equal(["plain", "film", "picture"], answer.Hits.Select(hit => hit.Item.Id));
        Assert.All(answer.Hits, hit => Assert.Single(hit.Matches));
    }

    [Fact]
    public async Task Get_WithVectors_BringsThemAndTheirPlaces()
    {
        var name = await CreateAsync();
        var get = Requests.Get(name, "film", "plain");
        get.WithVectors = true;
        var items = await _server.GetAsync(get);
        Assert.Equal([1, 0, 0, 1], Requests.Read(items[0].Vectors["default"]));
        Assert.Equal([0f, 2f], items[0].Places["default"].Places_.Select(place => place.Interval.Start));
        Assert.Empty(items[1].Places);
    }

    [Fact]
    public async Task FaultyItemsAndQueries_AreRefusedByField()
    {
        var name = await CreateAsync();
        var backwards = Item("a", [1, 0], new Place { Interval = new() { Start = 2, End = 1 } });
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(name, [backwards]), "items[0].item.places[default][0]");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(name, [Item("a", [1, 0], new Place())]), "items[0].item.places[default][0]");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(name, [Item("a", [1, 0, 0, 1], Interval(0, 1))]), "items[0].item.places[default]");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(name, [Requests.Item("a", 1, 0, 1)]), "items[0].item.vectors[default]");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(Requests.Query(name, 1, 2, 3)), "parts[0].vector");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(Requests.Query(name, Enumerable.Repeat(1f, 2050))), "parts[0]");
        var two = Requests.Query(name, 1, 2, 3, 4);
        two.Parts.Add(new QueryPart { Vector = Requests.Vector(1, 1) });
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(two), "parts[0]");
        var heavy = Requests.Query(name, 1, 2, 3, 4);
        heavy.Parts[0].Weight = 2;
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(heavy), "parts[0]");
        var large = Requests.Query(name, Enumerable.Repeat(1f, 2048));
        large.Limit = 10_000;
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.QueryAsync(large), "limit");

        var single = await _server.CreateAsync(dimension: 2);
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(single, [Item("a", [1, 0], Interval(0, 1))]), "items[0].item.places[default]");
    }

    private async Task<string> CreateAsync()
    {
        var name = await _server.CreateAsync(shards: 3, new Space { Dimension = 2, Metric = Metric.InnerProduct, MultiVector = true });
        await _server.UpsertAsync(name,
        [
            Item("film", [1, 0, 0, 1], Interval(0, 2), Interval(2, 5.5f)),
            Item("picture", [-1, 0.5f], new Place { Box = new() { Left = 0, Top = 0.25f, Right = 1, Bottom = 0.5f } }),
            Requests.Item("plain", 0, -1).With("title", Requests.Value("some words")),
        ]);
        return name;
    }

    private static Place Interval(float start, float end) => new() { Interval = new() { Start = start, End = end } };

    private static ItemInput Item(string id, float[] vectors, params Place[] places)
    {
        var item = Requests.Item(id, vectors);
        item.Item.Places["default"] = new Places { Places_ = { places } };
        return item;
    }
}
