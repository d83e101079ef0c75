using System.Text;
using Manifold.Cli.Sources;
using Manifold.Client;
using SkiaSharp;

namespace Manifold.Cli.Tests;

public sealed class JsonlSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<List<SourceItem>> ReadAsync(string text) => ReadAsync(Encoding.UTF8.GetBytes(text));

    private async Task<List<SourceItem>> ReadAsync(byte[] bytes)
    {
        var source = new JsonlSource(_folder.Write("items.jsonl", bytes), "default");
        return await source.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Read_EveryKindOfAttribute_BecomesTheDotNetValue()
    {
        var line = """{"id":"a","vector":[1,-0.5,2e-3],"s":"x","n":1.5,"i":7,"b":true,"l":["p","q"],"t":"2024-01-31T09:30:00+02:00","d":"2024-01-31","local":"2024-01-31T09:30:00","nothing":null}""";

        var item = Assert.Single(await ReadAsync(line)).Input!;

        Assert.Equal([1f, -0.5f, 0.002f], item.Vectors["default"].ToArray());
        Assert.Equal(Modality.None, item.Modality);
        Assert.Equal(["b", "d", "i", "l", "local", "n", "s", "t"], item.Attributes.Keys.Order());
        Assert.Equal(new DateTimeOffset(2024, 1, 31, 7, 30, 0, TimeSpan.Zero), item.Attributes["t"]);
        Assert.Equal(("2024-01-31", "2024-01-31T09:30:00"), (item.Attributes["d"], item.Attributes["local"]));
        Assert.Equal((7L, 1.5, true, "x"), (item.Attributes["i"], item.Attributes["n"], item.Attributes["b"], item.Attributes["s"]));
        Assert.Equal(["p", "q"], (string[])item.Attributes["l"]);
    }

    [Fact]
    public async Task Read_LatitudeAndLongitude_IsAPlace()
    {
        var item = Assert.Single(await ReadAsync("""{"id":"a","vector":[1],"place":{"lon":-11.5,"lat":48}}""")).Input!;

        Assert.Equal(new GeoPoint(48, -11.5), item.Attributes["place"]);
    }

    [Fact]
    public async Task Read_Vectors_AreOneAfterTheOther_WithTheirPlaces()
    {
        var item = Assert.Single(await ReadAsync("""{"id":"a","vectors":[[1,2],[3,4]],"places":[{"start":0,"end":1.5},{"box":[0,0.25,0.5,1]}]}""")).Input!;

        Assert.Equal([1f, 2, 3, 4], item.Vectors["default"].ToArray());
        Assert.Equal([new Place { Interval = (0, 1.5f) }, new Place { Box = (0, 0.25f, 0.5f, 1) }], item.Places["default"]);
    }

    [Theory]
    [InlineData("""{"id":"a","vectors":[]}""", "'vectors' must be a list of lists of numbers")]
    [InlineData("""{"id":"a","vectors":[[1,2],[3]]}""", "'vectors[1]' has 1 numbers where 'vectors[0]' has 2")]
    [InlineData("""{"id":"a","vectors":[[1,"x"]]}""", "'vectors[0][1]' is not a number that a float can hold")]
    [InlineData("""{"id":"a","vectors":[[1]],"vector":[1]}""", "give 'vector' or 'vectors', not both")]
    [InlineData("""{"id":"a","vectors":[[1]],"places":[{"start":1}]}""", "'places[0]' needs numbers for both 'start' and 'end'")]
    [InlineData("""{"id":"a","vectors":[[1]],"places":[{"box":[1,2]}]}""", "'places[0].box' must be four numbers: left, top, right, bottom")]
    [InlineData("""{"id":"a","vectors":[[1]],"places":[7]}""", "'places[0]' must be an object with 'start' and 'end', or with 'box'")]
    [InlineData("""{"id":"a","vectors":[[1]],"places":{}}""", "'places' must be a list")]
    public async Task Read_FaultyVectors_SaysWhatIsWrong(string line, string message) => Assert.Equal(message, Assert.Single(await ReadAsync(line)).Problem);

    [Fact]
    public async Task Read_Text_IsContentAndKeptAsAttribute()
    {
        var item = Assert.Single(await ReadAsync("""{"id":"a","text":"héllo 世界"}""")).Input!;

        Assert.Equal(("héllo 世界", Modality.Text), (item.Content!.Text, item.Modality));
        Assert.Equal("héllo 世界", item.Attributes["text"]);
    }

    [Fact]
    public async Task Read_Image_IsRelativeToTheFile()
    {
        var png = TestPictures.Png(SKColors.Red);
        var path = _folder.Write("pictures/a.png", png);

        var item = Assert.Single(await ReadAsync("""{"id":"a","image":"pictures/a.png","caption":"red"}""")).Input!;

        Assert.Equal(png, item.Content!.Bytes.ToArray());
        Assert.Equal((path, Modality.Image), (item.ContentUri, item.Modality));
        Assert.Equal(["caption"], item.Attributes.Keys);
    }

    [Fact]
    public async Task Read_VectorWithText_KeepsTheTextAsAttributeAndEncodesNothing()
    {
        var item = Assert.Single(await ReadAsync("""{"id":"a","vector":[1],"text":"x"}""")).Input!;

        Assert.Null(item.Content);
        Assert.Equal(("x", Modality.Text), (item.Attributes["text"], item.Modality));
    }

    [Fact]
    public async Task Read_NumberAsId_IsItsText() => Assert.Equal("42", Assert.Single(await ReadAsync("""{"id":42,"vector":[1]}""")).Id);

    [Theory]
    [InlineData("{", "bad JSON")]
    [InlineData("not json", "bad JSON")]
    [InlineData("[1,2]", "not a JSON object")]
    [InlineData("\"x\"", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("{}", "'id' is missing")]
    [InlineData("{\"id\":null,\"text\":\"x\"}", "'id' is missing")]
    [InlineData("{\"id\":1.5,\"text\":\"x\"}", "'id' must be")]
    [InlineData("{\"id\":[\"a\"],\"text\":\"x\"}", "'id' must be")]
    [InlineData("{\"id\":\"a\"}", "give a 'vector', a 'text', an 'image', an 'audio' or a 'video'")]
    [InlineData("{\"id\":\"a\",\"audio\":\"a.mp3\",\"video\":\"a.mp4\"}", "give 'audio' or 'video', not both")]
    [InlineData("{\"id\":\"a\",\"video\":\"none.mp4\"}", "no such file")]
    [InlineData("{\"id\":\"a\",\"text\":\"x\",\"image\":\"y.png\"}", "not both")]
    [InlineData("{\"id\":\"a\",\"text\":5}", "'text' must be a string")]
    [InlineData("{\"id\":\"a\",\"image\":\"none.png\"}", "no such file")]
    [InlineData("{\"id\":\"a\",\"image\":\"bad\\u0000name\"}", "'image' is no path")]
    [InlineData("{\"id\":\"a\",\"vector\":\"1,2\"}", "'vector' must be a list")]
    [InlineData("{\"id\":\"a\",\"vector\":[1,\"2\"]}", "'vector[1]'")]
    [InlineData("{\"id\":\"a\",\"vector\":[1e300]}", "'vector[0]'")]
    [InlineData("{\"id\":\"a\",\"vector\":[NaN]}", "bad JSON")]
    [InlineData("{\"id\":\"a\",\"vector\":[1],\"n\":1e999}", "too large")]
    [InlineData("{\"id\":\"a\",\"vector\":[1],\"o\":{\"x\":1}}", "nested object")]
    [InlineData("{\"id\":\"a\",\"vector\":[1],\"o\":{\"lat\":1,\"lon\":2,\"x\":3}}", "nested object")]
    [InlineData("{\"id\":\"a\",\"vector\":[1],\"o\":{\"lat\":\"1\",\"lon\":2}}", "nested object")]
    [InlineData("{\"id\":\"a\",\"vector\":[1],\"o\":{\"lat\":90.5,\"lon\":2}}", "no place")]
    [InlineData("{\"id\":\"a\",\"vector\":[1],\"o\":{\"lat\":1e999,\"lon\":2}}", "no place")]
    [InlineData("{\"id\":\"a\",\"vector\":[1],\"l\":[1,2]}", "other things than strings")]
    [InlineData("{\"id\":\"a\",\"id\":\"b\",\"vector\":[1]}", "bad JSON")]
    [InlineData("{\"id\":\"\\ud800\",\"vector\":[1]}", "not valid Unicode")]
    [InlineData("{\"id\":\"a\",\"vector\":[1]} trailing", "bad JSON")]
    public async Task Read_BadLine_IsToldAndTheNextOneIsRead(string line, string problem)
    {
        var items = await ReadAsync($"{line}\n{{\"id\":\"good\",\"vector\":[1]}}\n");

        Assert.Equal([1L, 2], items.Select(i => i.Line!.Value));
        Assert.Null(items[0].Input);
        Assert.Contains(problem, items[0].Problem, StringComparison.Ordinal);
        Assert.EndsWith("items.jsonl:1", items[0].Location, StringComparison.Ordinal);
        Assert.Equal("good", items[1].Input!.Id);
    }

    [Fact]
    public async Task Read_BytesThatAreNotUtf8_SpoilTheirLineOnly()
    {
        byte[] bytes = [.. "{\"id\":\"a\",\"text\":\""u8, 0xC3, 0x28, .. "\"}\n{\"id\":\"b\",\"vector\":[1]}"u8];

        var items = await ReadAsync(bytes);

        Assert.NotNull(items[0].Problem);
        Assert.Equal("b", items[1].Id);
    }

    [Fact]
    public async Task Read_ByteOrderMarkBlankLinesAndCarriageReturns_ArePassedOver()
    {
        var items = await ReadAsync("\uFEFF{\"id\":\"a\",\"vector\":[1]}\r\n\r\n   \n{\"id\":\"b\",\"vector\":[1]}");

        Assert.Equal([("a", 1L), ("b", 4L)], items.Select(i => (i.Input!.Id, i.Line!.Value)));
    }

    [Fact]
    public async Task Read_LineOfManyMegabytes_IsToldAndTheNextOneIsRead()
    {
        var items = await ReadAsync($"{{\"id\":\"a\",\"text\":\"{new string('x', 40 * 1024 * 1024)}\"}}\n{{\"id\":\"b\",\"vector\":[1]}}\n");

        Assert.Contains("bytes", items[0].Problem, StringComparison.Ordinal);
        Assert.Equal(("b", 2L), (items[1].Id, items[1].Line));
    }

    [Fact]
    public async Task Read_ManyLines_GivesThemAllInOrder()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{{\"id\":\"{i}\",\"vector\":[{i}]}}\n"));

        var items = await ReadAsync(text);

        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => $"{i}"), items.Select(i => i.Id));
        Assert.Equal(20_000, new JsonlSource(_folder.File("items.jsonl"), "default").Total);
    }
}
