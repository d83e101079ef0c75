using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Changes of attributes over three shards.</summary>
public sealed class UpdateAttributesTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task UpdateAttributes_ChangesThem_AndFiltersAndSearchesSeeIt()
    {
        var name = await CreateAsync();
        var response = await UpdateAsync(name,
            new() { Id = "a", Set = { ["colour"] = Requests.Value("green"), ["n"] = Requests.Value(7) }, Remove = { "title" } },
            new() { Id = "b", Set = { ["n"] = Requests.Value(8) }, Clear = true });
        Assert.Equal((2, 0, Acknowledgement.Applied), (response.Written, response.Errors.Count, response.Acknowledgement));
        var get = Requests.Get(name, "a", "b", "c");
        get.WithVectors = true;
        var items = await _server.GetAsync(get);
        Assert.Equal([("colour", "green"), ("n", "")], items[0].Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, a.Value.StringValue)));
        Assert.Equal("n", Assert.Single(items[1].Attributes).Key);
        Assert.Equal(2, items[2].Attributes.Count);
        Assert.Equal([1, 0], Requests.Read(items[0].Vectors["default"]));

        var query = Requests.Query(name, 1, 0);
        query.Filter = Requests.Equal("colour", Requests.Value("green"));
        query.AtLeast.Add(response.Positions);
        Assert.Equal("a", Assert.Single((await _server.QueryAsync(query)).Hits).Item.Id);
        query.Filter = Requests.Equal("colour", Requests.Value("red"));
        Assert.Equal("c", Assert.Single((await _server.QueryAsync(query)).Hits).Item.Id);
    }

    [Fact]
    public async Task UpdateAttributes_ABadOne_FailsAlone()
    {
        var name = await CreateAsync();
        AttributeUpdate full = new() { Id = "c" }, set = new() { Id = "a", Set = { ["n"] = Requests.Value(1) } };
        for (var i = 0; i < 255; i++)
        {
            full.Set[$"n{i}"] = Requests.Value(i);
        }
        var response = await UpdateAsync(name, new() { Id = "absent" }, set, new() { Id = "b", Set = { ["x"] = new AttributeValue() } }, set, full, new() { Id = "b", Set = { [""] = Requests.Value(1) } });
        Assert.Equal(1, response.Written);
        Assert.Equal(
            [(0, StatusCode.NotFound, "updates[0].id"), (2, StatusCode.InvalidArgument, "updates[2].set[x]"), (3, StatusCode.InvalidArgument, "updates[3].id"), (4, StatusCode.InvalidArgument, "updates[4].attributes"), (5, StatusCode.InvalidArgument, "updates[5].set[]")],
            response.Errors.Select(error => (error.Index, (StatusCode)error.Code, error.Field)));

        await Refusal.AssertAsync(StatusCode.NotFound, UpdateAsync(name, new AttributeUpdate { Id = "absent" }), "updates[0].id");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, UpdateAsync(name), "updates");
        await Refusal.AssertAsync(StatusCode.NotFound, UpdateAsync("no-such", set), "collection");
    }

    [Fact]
    public async Task UpdateAttributes_RepeatedSequence_IsNotAppliedTwice()
    {
        var name = await CreateAsync();
        UpdateAttributesRequest request = new()
        {
            Collection = name,
            Updates = { new AttributeUpdate { Id = "a", Set = { ["n"] = Requests.Value(1) } } },
            Writer = new() { Writer = "w", Sequence = 1 },
        };
        var first = await _server.UpdateAttributesAsync(request);
        await UpdateAsync(name, new AttributeUpdate { Id = "a", Set = { ["n"] = Requests.Value(2) } });
        Assert.Equal(first.Positions, (await _server.UpdateAttributesAsync(request)).Positions);
        Assert.Equal(2, (await _server.GetAsync(Requests.Get(name, "a")))[0].Attributes["n"].NumberValue);
    }

    private Task<WriteResponse> UpdateAsync(string collection, params IEnumerable<AttributeUpdate> updates) =>
        _server.UpdateAttributesAsync(new() { Collection = collection, Updates = { updates } });

    private async Task<string> CreateAsync()
    {
        var name = await _server.CreateAsync(dimension: 2, shards: 3);
        await _server.UpsertAsync(name, ((string[])["a", "b", "c"]).Select(id => Requests.Item(id, 1, 0).With("colour", Requests.Value("red")).With("title", Requests.Value("old"))));
        return name;
    }
}
