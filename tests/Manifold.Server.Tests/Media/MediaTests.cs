using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Texts and pictures through the bundle "tests", which encodes a picture as its mean colour.</summary>
public sealed class MediaTests(SharedServer shared)
{
    private static readonly Dictionary<string, Content> BadContents = new()
    {
        ["empty text"] = Requests.Text(""),
        ["text of blanks"] = Requests.Text(" \t\n"),
        ["huge text"] = Requests.Text(new string('x', 100_000)),
        ["empty picture"] = Requests.Image([]),
        ["text file as picture"] = Requests.Image("This is not a picture.\n"u8.ToArray()),
        ["PNG cut off"] = Requests.Image(Pictures.Png()[..40]),
        ["PNG header and rubbish"] = Requests.Image([.. Pictures.Png()[..16], .. Enumerable.Repeat((byte)7, 500)]),
        ["SVG cut off"] = Requests.Image(Pictures.Solid("red")[..60]),
        ["picture of 20,000 x 20,000"] = Requests.Image(Pictures.PngOfSize(20_000, 20_000)),
    };

    private readonly TestServer _server = shared.Server;

    public static TheoryData<string> BadContentNames => [.. BadContents.Keys];

    [Fact]
    public async Task Create_SpaceWithAnEncoder_TakesItsDimension()
    {
        var created = await _server.CreateAsync(new CreateCollectionRequest { Name = TestServer.NewName(), Spaces = { new Space { Encoder = "tests" } } });
        Assert.Equal(new Space { Name = "default", Dimension = 3, Metric = Metric.Cosine, Encoder = "tests", Precision = Precision.Float32, CodeBits = 4 }, Assert.Single(created.Spaces));
    }

    [Fact]
    public async Task Create_UnknownBundleOrWrongDimension_IsRefused()
    {
        await Refusal.AssertAsync(
            StatusCode.NotFound,
            _server.CreateAsync(new CreateCollectionRequest { Name = TestServer.NewName(), Spaces = { new Space { Encoder = "no-such-bundle" } } }),
            "spaces[0].encoder");
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument,
            _server.CreateAsync(new CreateCollectionRequest { Name = TestServer.NewName(), Spaces = { new Space { Encoder = "tests", Dimension = 4 } } }),
            "spaces[0].dimension");
    }

    [Fact]
    public async Task Query_ByPicture_FindsPicturesByColour()
    {
        var name = await _server.CreateAsync(3, new Space { Encoder = "tests" });
        await UpsertColoursAsync(name);

        Assert.Equal(["red", "orange"], await FindAsync(name, 2, new QueryPart { Image = Requests.Image(Pictures.Png()).Image }));
        Assert.Equal("blue", (await FindAsync(name, 1, new QueryPart { Image = Requests.Image(Pictures.Solid("navy")).Image }))[0]);
        var item = Assert.Single(await _server.GetAsync(Requests.Get(name, "red")));
        Assert.Equal((Modality.Image, 0), (item.Modality, item.Vectors.Count));
    }

    [Fact]
    public async Task Query_ByText_FindsThatText()
    {
        var name = await _server.CreateAsync(1, new Space { Encoder = "tests" });
        await UpsertColoursAsync(name);
        string[] texts = ["a red car on the road", "一只猫", "un arbre vert", "the sea at night"];
        await _server.UpsertAsync(name, texts.Select(t => Requests.Of(t, Requests.Text(t))));

        foreach (var text in texts)
        {
            var hits = (await _server.QueryAsync(new QueryRequest { Collection = name, Parts = { new QueryPart { Text = text } } })).Hits;
            Assert.Equal(1, hits.Single(h => h.Item.Id == text).Score, 1e-5);
            Assert.Equal(Modality.Text, hits.Single(h => h.Item.Id == text).Item.Modality);
        }
    }

    [Fact]
    public async Task Query_PictureAndText_IsTheSumOfTheirVectors()
    {
        var name = await _server.CreateAsync(1, new Space { Encoder = "tests" });
        await UpsertColoursAsync(name);
        var image = Requests.Image(Pictures.Solid("red"));
        var encoded = (await _server.EncodeAsync(new EncodeRequest { Bundle = "tests", Contents = { image, Requests.Text("a dog") } })).Vectors;

        var mixed = new QueryRequest { Collection = name, Parts = { new QueryPart { Image = image.Image }, new QueryPart { Text = "a dog", Weight = 0.5 } } };
        var vectors = new QueryRequest { Collection = name, Parts = { new QueryPart { Vector = encoded[0] }, new QueryPart { Vector = encoded[1], Weight = 0.5 } } };
        Assert.Equal((await _server.QueryAsync(vectors)).Hits, (await _server.QueryAsync(mixed)).Hits);

        // Minus the colour itself, it is the last.
        var minus = new QueryPart { Image = image.Image, Weight = -1 };
        Assert.Equal("red", (await FindAsync(name, 10, minus))[^1]);
    }

    [Fact]
    public async Task Upsert_ContentAndAVectorForTheSpace_TheVectorStays()
    {
        var name = await _server.CreateAsync(1, new Space { Encoder = "tests", Metric = Metric.L2 }, new Space { Name = "second", Encoder = "tests", Metric = Metric.L2 });
        var input = Requests.Item("a", 5, 6, 7);
        input.Content = Requests.Image(Pictures.Solid("blue"));
        await _server.UpsertAsync(name, input);

        var found = Assert.Single(await _server.ScrollAllAsync(name, withVectors: true));
        Assert.Equal([5, 6, 7], Requests.Read(found.Vectors["default"]));
        Assert.Equal([0, 0, 1], Requests.Read(found.Vectors["second"]).Select(c => (int)Math.Round(c)));
    }

    [Theory]
    [MemberData(nameof(BadContentNames))]
    public async Task AnyCall_BadContent_InvalidArgumentNamingTheContent(string bad)
    {
        var content = BadContents[bad];
        var name = await _server.CreateAsync(1, new Space { Encoder = "tests" });
        var answer = await _server.UpsertAsync(name, Requests.Of("good", Requests.Image(Pictures.Png())), Requests.Of("bad", content));
        var error = Assert.Single(answer.Errors);
        Assert.Equal((1, "bad", (int)StatusCode.InvalidArgument, "items[1].content"), (error.Index, error.Id, error.Code, error.Field));
        Assert.Equal(1, answer.Written);

        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(name, Requests.Of("bad", content)), "items[0].content");
        var part = content.KindCase == Content.KindOneofCase.Text ? new QueryPart { Text = content.Text } : new QueryPart { Image = content.Image };
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument,
            _server.QueryAsync(new QueryRequest { Collection = name, Parts = { new QueryPart { Vector = Requests.Vector(1, 1, 1) }, part } }),
            part.KindCase == QueryPart.KindOneofCase.Text ? "parts[1].text" : "parts[1].image");
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument, _server.EncodeAsync(new EncodeRequest { Bundle = "tests", Contents = { Requests.Text("good"), content } }), "contents[1]");
    }

    [Fact]
    public async Task Upsert_HundredsOfPicturesAtOnce_AllAreEncoded()
    {
        var name = await _server.CreateAsync(3, new Space { Encoder = "tests" });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async batch =>
            Assert.Equal(250, (await _server.UpsertAsync(name, Enumerable.Range(0, 250).Select(i => Requests.Of($"{batch}/{i}", Requests.Image(Pictures.Solid("red")))))).Written)));
        Assert.Equal(1000, await _server.CountAsync(name));
    }

    private Task<WriteResponse> UpsertColoursAsync(string name) =>
        _server.UpsertAsync(name, new[] { "red", "orange", "lime", "blue", "cyan" }.Select(c => Requests.Of(c, Requests.Image(Pictures.Solid(c)))));

    private async Task<string[]> FindAsync(string name, int limit, QueryPart part) =>
        [.. (await _server.QueryAsync(new QueryRequest { Collection = name, Limit = limit, Parts = { part } })).Hits.Select(h => h.Item.Id)];
}
