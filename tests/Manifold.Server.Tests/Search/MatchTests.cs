using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Searches for words, alone and beside vectors, over three shards.</summary>
public sealed class MatchTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Match_Alone_FindsWordsOfAnyLanguage_InItsFieldsUnderItsFilter()
    {
        var name = await CreateAsync();
        Assert.Equal(["fire"], await IdsAsync(new() { Collection = name, Match = new() { Text = "ENGINE" } }));
        Assert.Equal(["chinese"], await IdsAsync(new() { Collection = name, Match = new() { Text = "消防" } }));
        Assert.Equal(["street"], await IdsAsync(new() { Collection = name, Match = new() { Text = "strasse" } }));
        Assert.Equal(["boat", "fire"], (await IdsAsync(new() { Collection = name, Match = new() { Text = "red" } })).Order());
        Assert.Equal(["boat"], await IdsAsync(new() { Collection = name, Match = new() { Text = "red boat", AllTerms = true } }));
        Assert.Equal(["boat"], await IdsAsync(new() { Collection = name, Match = new() { Text = "red", Fields = { "title" } } }));
        Assert.Empty(await IdsAsync(new() { Collection = name, Match = new() { Text = "red", Fields = { "absent" } } }));
        Assert.Equal(["fire"], await IdsAsync(new() { Collection = name, Match = new() { Text = "red" }, Filter = Requests.Equal("title", Requests.Value("a truck")) }));
        Assert.Single(await IdsAsync(new() { Collection = name, Match = new() { Text = "red" }, Limit = 1 }));
        Assert.Empty(await IdsAsync(new() { Collection = name, Match = new() { Text = "!?" } }));
    }

    [Fact]
    public async Task Match_BesideAVector_FusesBothLists()
    {
        var name = await CreateAsync();
        var request = Requests.Query(name, 0, 1);
        request.Match = new TextMatch { Text = "engine" };

        // Nearest to (0, 1): chinese, boat, street, fire; the words find fire alone. By ranks fire has 1/64 + 1/61, chinese 1/61.
        var answer = await _server.QueryAsync(request);
        Assert.Equal(["fire", "chinese", "boat", "street"], answer.Hits.Select(hit => hit.Item.Id));
        Assert.Equal((1f / 64) + (1f / 61), answer.Hits[0].Score, 1e-6f);
        Assert.Equal(3, answer.ShardsAnswered);

        request.Fusion = new Fusion { Scores = new() { VectorWeight = 0.75 } };
        answer = await _server.QueryAsync(request);
        Assert.Equal(["chinese", "boat", "street", "fire"], answer.Hits.Select(hit => hit.Item.Id));
        Assert.Equal(0.75f, answer.Hits[0].Score, 1e-6f);
        request.Fusion.Scores.VectorWeight = 0;
        Assert.Equal("fire", (await _server.QueryAsync(request)).Hits[0].Item.Id);
    }

    [Fact]
    public async Task Match_OfItemsThatWereReplacedOrDeleted_FindsWhatIsThere()
    {
        var name = await CreateAsync();
        await _server.UpsertAsync(name, [Item("fire", 1, 0, "a truck", "green now")]);
        await _server.DeleteAsync(name, ["boat"]);
        Assert.Empty(await IdsAsync(new() { Collection = name, Match = new() { Text = "red" } }));
        Assert.Equal(["fire"], await IdsAsync(new() { Collection = name, Match = new() { Text = "green" } }));
    }

    private async Task<string> CreateAsync()
    {
        var name = await _server.CreateAsync(dimension: 2, Metric.InnerProduct, shards: 3);
        await _server.UpsertAsync(name,
        [
            Item("fire", 1, 0, "a truck", "a red fire engine"),
            Item("chinese", 0, 4, "消防车", "图像"),
            Item("boat", 0, 3, "Red boat", "on the sea"),
            Item("street", 0, 2, "Straße", "été"),
        ]);
        return name;
    }

    private static ItemInput Item(string id, float x, float y, string title, string caption)
    {
        var input = Requests.Item(id, x, y);
        input.Item.Attributes["title"] = Requests.Value(title);
        input.Item.Attributes["caption"] = Requests.Value(caption);
        return input;
    }

    private async Task<IEnumerable<string>> IdsAsync(QueryRequest request) => (await _server.QueryAsync(request)).Hits.Select(hit => hit.Item.Id);
}
