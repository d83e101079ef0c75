using Manifold.FakeServer;
using Manifold.Protocol.V1;
using SkiaSharp;

namespace Manifold.Cli.Tests;

public sealed class CommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private FakeManifold _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private Task<ToolRun> RunAsync(params string[] args) => ToolRun.OfAsync([.. args, "--server", _server.Address.ToString()]);

    private async Task CreateAsync() => Assert.Equal(0, (await RunAsync("collections", "create", "c", "--dimension", "2")).ExitCode);

    [Fact]
    public async Task Search_ForWords_SendsThemAndHowToFuse()
    {
        await CreateAsync();
        Assert.Equal(0, (await RunAsync("search", "c", "--match", "red boat", "--field", "title", "--field", "caption", "--all-terms")).ExitCode);
        var query = _server.Store.LastQuery!;
        Assert.Equal((0, "red boat", true, null), (query.Parts.Count, query.Match.Text, query.Match.AllTerms, query.Fusion));
        Assert.Equal(["title", "caption"], query.Match.Fields);

        Assert.Equal(0, (await RunAsync("search", "c", "a boat", "--match", "--fusion", "scores", "--vector-share", "0.75")).ExitCode);
        query = _server.Store.LastQuery!;
        Assert.Equal(("a boat", "a boat", 0.75), (query.Parts[0].Text, query.Match.Text, query.Fusion.Scores.VectorWeight));

        Assert.Contains("--fusion needs --match", (await RunAsync("search", "c", "x", "--fusion", "ranks")).Error, StringComparison.Ordinal);
        Assert.Contains("--vector-share needs --fusion scores", (await RunAsync("search", "c", "x", "--match", "y", "--vector-share", "1")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_SendsValuesOfTheirKinds()
    {
        await CreateAsync();
        var run = await RunAsync("update", "c", "a", "b", "--set", "n=1.5", "--set", "flag=true", "--set", "tags=[\"x\",\"y\"]", "--set", "title=red = good", "--set", "made=2024-01-31T09:30:00Z", "--remove", "old", "--clear");

        Assert.Equal(0, run.ExitCode);
        var update = _server.Store.LastUpdate!.Updates[1];
        Assert.Equal(("b", true, "old"), (update.Id, update.Clear, Assert.Single(update.Remove)));
        Assert.Equal((1.5, true, "red = good"), (update.Set["n"].NumberValue, update.Set["flag"].BoolValue, update.Set["title"].StringValue));
        Assert.Equal(["x", "y"], update.Set["tags"].ListValue.Values);
        Assert.Equal(new DateTime(2024, 1, 31, 9, 30, 0, DateTimeKind.Utc), update.Set["made"].TimeValue.ToDateTime());
        Assert.Contains("say what to change", (await RunAsync("update", "c", "a")).Error, StringComparison.Ordinal);
        Assert.Contains("'x' is not name=value", (await RunAsync("update", "c", "a", "--set", "x")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collections_CreateListShowDrop_AnswerInJson()
    {
        var created = await RunAsync("collections", "create", "c", "--dimension", "2", "--metric", "l2", "--shards", "3", "--json");
        var listed = await RunAsync("collections", "list", "--json");
        var shown = await RunAsync("collections", "show", "c", "--json");
        var dropped = await RunAsync("collections", "drop", "c", "--json");
        var gone = await RunAsync("collections", "show", "c", "--json");

        Assert.Equal(3, created.Json.GetProperty("shard_count").GetInt32());
        Assert.Equal("c", listed.Json.GetProperty("collections")[0].GetProperty("name").GetString());
        Assert.Equal("l2", shown.Json.GetProperty("spaces")[0].GetProperty("metric").GetString());
        Assert.Equal("c", dropped.Json.GetProperty("dropped").GetString());
        Assert.Equal((1, ""), (gone.ExitCode, gone.Output));
        Assert.Equal("error: there is no collection 'c' (NOT_FOUND)", gone.Error.Trim());
    }

    [Fact]
    public async Task Collections_AddSpaceAndSwitch_WaitForTheItems_AndNameWhatFailed()
    {
        await CreateAsync();
        var begun = await RunAsync("collections", "add-space", "c", "--space", "v2", "--bundle", "fake", "--rate", "7.5", "--no-wait", "--json");
        Assert.Equal(("v2", 7.5, false), (_server.Store.LastAddSpace!.Space.Name, _server.Store.LastAddSpace.Rate, begun.Json.GetProperty("reencoding").GetProperty("is_complete").GetBoolean()));
        var early = await RunAsync("collections", "switch", "c", "v2");
        Assert.Equal((1, ""), (early.ExitCode, early.Output));
        Assert.Equal("v2", (await RunAsync("collections", "switch", "c", "v2", "--force", "--json")).Json.GetProperty("spaces")[0].GetProperty("name").GetString());

        await _server.DisposeAsync();
        _server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        await CreateAsync();
        var waited = await RunAsync("collections", "add-space", "c", "--space", "v2", "--bundle", "fake");
        Assert.Equal(0, waited.ExitCode);
        Assert.Contains("2 of 3 items have a vector in space v2; 1 cannot be encoded", waited.Output, StringComparison.Ordinal);
        Assert.Contains("c: no content_uri", waited.Output, StringComparison.Ordinal);
        Assert.Contains("it goes on without this command", waited.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ingest_JsonlWithBadLines_CountsAndNamesThem()
    {
        await CreateAsync();
        _server.Store.Judge = input => input.Item.Vectors["default"].Packed.Length == 8 ? null : "the vector has another dimension than 2";
        var file = _folder.Write("items.jsonl", "{\"id\":\"a\",\"vector\":[1,2]}\nnot json\n{\"id\":\"b\",\"vector\":[1,2,3]}\n{\"id\":\"d\",\"vector\":[3,4]}\n");

        var json = await RunAsync("ingest", "c", file, "--json");
        var plain = await RunAsync("ingest", "c", file);
        var count = await RunAsync("count", "c", "--json");

        Assert.Equal(1, json.ExitCode);
        Assert.Equal((2, 2), (json.Json.GetProperty("ingested").GetInt32(), json.Json.GetProperty("failed").GetInt32()));
        Assert.Equal([2, 3], json.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("line").GetInt32()));
        Assert.Equal("b", json.Json.GetProperty("errors")[1].GetProperty("id").GetString());
        Assert.Contains($"{file}:3: 'b' the vector has another dimension than 2", plain.Error, StringComparison.Ordinal);
        Assert.Contains("ingested 2 into c", plain.Output, StringComparison.Ordinal);
        Assert.Contains("2 failed", plain.Output, StringComparison.Ordinal);
        Assert.Equal("{\"count\":2}", count.Output.Trim());
    }

    [Fact]
    public async Task Ingest_FolderIntoNewCollection_CreatesItWithTheOnlyBundle()
    {
        _folder.Write("media/red.png", TestPictures.Png(SKColors.Red));
        _folder.Write("media/note.txt", "a note");

        var run = await RunAsync("ingest", "mine", _folder.File("media"), "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, run.Json.GetProperty("ingested").GetInt32());
        Assert.Equal("fake", _server.Store.Collections["mine"].Spaces[0].Encoder);
        Assert.Contains("created collection 'mine' with encoder 'fake'", run.Error, StringComparison.Ordinal);
        Assert.Equal(Modality.Image, _server.Store.Items["red.png"].Modality);
    }

    [Fact]
    public async Task Ingest_BundleThatIsNotTheCollections_IsRefused()
    {
        await CreateAsync();

        var run = await RunAsync("ingest", "c", _folder.Path, "--bundle", "fake");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("not filled by 'fake'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ingest_PathThatIsNotThere_IsSaid()
    {
        var run = await RunAsync("ingest", "c", _folder.File("none"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no such folder or file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WeightedParts_ArriveAndHitsAreShown()
    {
        var picture = _folder.Write("q.png", TestPictures.Png(SKColors.Blue));
        _server.Store.QueryAnswer = new QueryResponse
        {
            Hits =
            {
                new Hit
                {
                    Score = 0.75f,
                    Item = new Item { Id = "a", Modality = Modality.Image, ContentUri = picture, Attributes = { ["caption"] = new AttributeValue { StringValue = "a [red] 苹果" } } },
                },
            },
            ShardsAnswered = 1,
            ShardsTotal = 1,
        };
        string[] search = ["search", "c", "at night", "--image", picture, "--weight-text", "-0.5", "--limit", "3", "--threshold", "0.1", "--filter", "exists(tags)"];

        var json = await RunAsync([.. search, "--json", "--sheet", _folder.File("sheet.png")]);
        var plain = await RunAsync(search);

        var wire = _server.Store.LastQuery!;
        Assert.Equal([("Text", -0.5), ("Image", 1.0)], wire.Parts.Select(p => (p.KindCase.ToString(), p.Weight)));
        Assert.Equal((3, 0.1f, "tags"), (wire.Limit, wire.ScoreThreshold, wire.Filter.Exists.Attribute));
        var hit = json.Json.GetProperty("hits")[0];
        Assert.Equal(("a", 0.75f, "image"), (hit.GetProperty("id").GetString(), hit.GetProperty("score").GetSingle(), hit.GetProperty("modality").GetString()));
        Assert.Equal("a [red] 苹果", hit.GetProperty("attributes").GetProperty("caption").GetString());
        Assert.Contains("a [red] 苹果", plain.Output, StringComparison.Ordinal);
        Assert.True(new FileInfo(_folder.File("sheet.png")).Length > 1000);
    }

    [Fact]
    public async Task Search_ByVectorAndItem_SendsThem()
    {
        var run = await RunAsync("search", "c", "--vector", "-0.5,2", "--id", "x", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["Vector", "ItemId"], _server.Store.LastQuery!.Parts.Select(p => p.KindCase.ToString()));
        Assert.Equal(8, _server.Store.LastQuery.Parts[0].Vector.Packed.Length);
    }

    [Fact]
    public async Task GetAndDelete_Items_AnswerInJson()
    {
        await CreateAsync();
        await RunAsync("ingest", "c", _folder.Write("one.jsonl", "{\"id\":\"a\",\"vector\":[1,2],\"n\":5,\"tags\":[\"x\"]}\n"));

        var got = await RunAsync("get", "c", "a", "none", "--vectors", "--json");
        var plain = await RunAsync("get", "c", "a");
        var deleted = await RunAsync("delete", "c", "a", "--json");

        Assert.Equal(1, got.ExitCode);
        Assert.Equal(5, got.Json.GetProperty("items")[0].GetProperty("attributes").GetProperty("n").GetDouble());
        Assert.Equal(2, got.Json.GetProperty("items")[0].GetProperty("vectors").GetProperty("default").GetArrayLength());
        Assert.Equal("none", got.Json.GetProperty("missing")[0].GetString());
        Assert.Equal(0, plain.ExitCode);
        Assert.Equal("{\"deleted\":1,\"failed\":0}", deleted.Output.Trim());
        Assert.Empty(_server.Store.Items);
    }

    [Fact]
    public async Task StatusAndBundles_AnswerInJson()
    {
        await CreateAsync();

        var status = await RunAsync("status", "--json");
        var bundles = await RunAsync("bundles", "--json");

        Assert.Equal("serving", status.Json.GetProperty("shards")[0].GetProperty("state").GetString());
        Assert.Equal("cpu", status.Json.GetProperty("encoder_device").GetString());
        Assert.Equal(2, bundles.Json.GetProperty("bundles")[0].GetProperty("dimension").GetInt32());
    }

    [Fact]
    public async Task Count_Filter_ArrivesAsTheServersFilter()
    {
        await CreateAsync();

        await RunAsync("count", "c", "--filter", "category = \"animals\" and year >= 2020");

        Assert.Equal(2, _server.Store.LastFilter!.And.Filters_.Count);
    }

    [Fact]
    public async Task Run_WithoutServerOption_TakesTheEnvironments()
    {
        const string variable = "MANIFOLD_SERVER";
        Environment.SetEnvironmentVariable(variable, _server.Address.ToString());
        try
        {
            Assert.Equal("{\"collections\":[]}", (await ToolRun.OfAsync("collections", "list", "--json")).Output.Trim());
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public async Task Search_TextThatBeginsWithAnAt_IsAText()
    {
        Assert.Equal(0, (await RunAsync("search", "c", "@home", "--json")).ExitCode);
        Assert.Equal("@home", _server.Store.LastQuery!.Parts.Single().Text);
    }

    [Fact]
    public async Task Facets_OfAnAttribute_AreATableOrJson()
    {
        await CreateAsync();
        var json = await RunAsync("facets", "c", "colour", "--filter", "n > 1", "--limit", "5", "--edges", "1", "2.5", "--json");
        var plain = await RunAsync("facets", "c", "colour");

        Assert.Equal(
            "{\"values\":[{\"value\":\"colour\",\"count\":5},{\"value\":true,\"count\":1}],\"has_more\":true,\"complete\":true,\"numbers\":{\"min\":0.5,\"max\":2,\"count\":7,\"buckets\":[3,3]}}",
            json.Output.Trim());
        Assert.Contains("colour", plain.Output, StringComparison.Ordinal);
        Assert.Contains("7 numbers from 0.5 to 2", plain.Output, StringComparison.Ordinal);
        Assert.Contains("--limit", plain.Error, StringComparison.Ordinal);
    }
}
