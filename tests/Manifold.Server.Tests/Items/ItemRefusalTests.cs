using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Bad items: each fails alone, named by its place and field, and the others are written.</summary>
public sealed class ItemRefusalTests(SharedServer shared)
{
    private static readonly Dictionary<string, (ItemInput Item, string Field)> BadItems = new()
    {
        ["no item"] = (new ItemInput(), "items[1].item"),
        ["empty id"] = (Requests.Item("", 1, 2), "items[1].item.id"),
        ["id of 513 bytes"] = (Requests.Item("é" + new string('x', 511), 1, 2), "items[1].item.id"),
        ["no vector"] = (Requests.Item("a"), "items[1].item.vectors[default]"),
        ["no space"] = (new ItemInput { Item = new Item { Id = "a" } }, "items[1].item.vectors"),
        ["unknown space"] = (new ItemInput { Item = new Item { Id = "a", Vectors = { ["other"] = Requests.Vector(1, 2) } } }, "items[1].item.vectors[other]"),
        ["too few components"] = (Requests.Item("a", 1), "items[1].item.vectors[default]"),
        ["too many components"] = (Requests.Item("a", 1, 2, 3), "items[1].item.vectors[default]"),
        ["NaN"] = (Requests.Item("a", 1, float.NaN), "items[1].item.vectors[default]"),
        ["infinity"] = (Requests.Item("a", float.NegativeInfinity, 1), "items[1].item.vectors[default]"),
        ["zero under cosine"] = (Requests.Item("a", 0, 0), "items[1].item.vectors[default]"),
        ["both forms"] = (Vector(new Vector { Values = { 1, 2 }, Packed = Requests.Packed(1, 2).Packed }), "items[1].item.vectors[default]"),
        ["five bytes"] = (Vector(new Vector { Packed = ByteString.CopyFrom(new byte[5]) }), "items[1].item.vectors[default].packed"),
        ["attribute without kind"] = (Requests.Item("a", 1, 2).With("n", new AttributeValue()), "items[1].item.attributes[n]"),
        ["attribute without name"] = (Requests.Item("a", 1, 2).With("", Requests.Value(1)), "items[1].item.attributes[]"),
        ["number that is none"] = (Requests.Item("a", 1, 2).With("n", Requests.Value(double.NaN)), "items[1].item.attributes[n]"),
        ["time out of range"] = (Requests.Item("a", 1, 2).With("t", new AttributeValue { TimeValue = new Timestamp { Seconds = long.MaxValue } }), "items[1].item.attributes[t]"),
        ["time with wrong nanos"] = (Requests.Item("a", 1, 2).With("t", new AttributeValue { TimeValue = new Timestamp { Nanos = -1 } }), "items[1].item.attributes[t]"),
        ["latitude out of range"] = (Requests.Item("a", 1, 2).With("p", Requests.Value(90.5, 0)), "items[1].item.attributes[p]"),
        ["longitude that is none"] = (Requests.Item("a", 1, 2).With("p", Requests.Value(0, double.NaN)), "items[1].item.attributes[p]"),
        ["257 attributes"] = (Attributes(257), "items[1].item.attributes"),
        ["64 KiB of attributes"] = (Requests.Item("a", 1, 2).With("t", Requests.Value(new string('x', 65_536))), "items[1].item.attributes"),
        ["unknown modality"] = (new ItemInput { Item = new Item { Id = "a", Modality = (Modality)9, Vectors = { ["default"] = Requests.Vector(1, 2) } } }, "items[1].item.modality"),
        ["long content reference"] = (new ItemInput { Item = new Item { Id = "a", ContentUri = new string('x', 65_537), Vectors = { ["default"] = Requests.Vector(1, 2) } } }, "items[1].item.content_uri"),
        ["content without kind"] = (new ItemInput { Item = new Item { Id = "a" }, Content = new Content() }, "items[1].content"),
        ["content without encoder"] = (Requests.Of("a", Requests.Text("a dog")), "items[1].content"),
        ["content of another modality"] = (new ItemInput { Item = new Item { Id = "a", Modality = Modality.Image }, Content = Requests.Text("a dog") }, "items[1].item.modality"),
    };

    private readonly TestServer _server = shared.Server;

    public static TheoryData<string> BadItemNames => [.. BadItems.Keys];

    [Theory]
    [MemberData(nameof(BadItemNames))]
    public async Task Upsert_OneBadItem_FailsAloneByIndexAndField(string bad)
    {
        var (item, field) = BadItems[bad];
        var name = await _server.CreateAsync(dimension: 2, metric: Metric.Cosine);
        var answer = await _server.UpsertAsync(name, Requests.Item("before", 1, 2), item, Requests.Item("after", 1, 2));

        var error = Assert.Single(answer.Errors);
        Assert.Equal((1, item.Item?.Id ?? "", (int)StatusCode.InvalidArgument, field), (error.Index, error.Id, error.Code, error.Field));
        Assert.NotEmpty(error.Message);
        Assert.Equal(2, answer.Written);
        Assert.Equal(["after", "before"], (await _server.ScrollAllAsync(name)).Select(i => i.Id));
    }

    [Fact]
    public async Task Upsert_AttributeNameOf129Bytes_FailsAtTheAttribute()
    {
        var name = await _server.CreateAsync(dimension: 1);
        var answer = await _server.UpsertAsync(
            name, Requests.Item("a", 1).With(new string('n', 129), Requests.Value(1)), Requests.Item("b", 1).With(new string('n', 128), Requests.Value(1)));

        Assert.StartsWith("items[0].item.attributes[nnn", Assert.Single(answer.Errors).Field, StringComparison.Ordinal);
        Assert.Equal(1, answer.Written);
    }

    [Fact]
    public async Task Upsert_AllItemsBad_InvalidArgumentWithEveryField()
    {
        var name = await _server.CreateAsync(dimension: 2);
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument,
            _server.UpsertAsync(name, Requests.Item("a", 1), Requests.Item("", 1, 2), new ItemInput(), Requests.Item("d", 1, 2).With("n", new AttributeValue())),
            "items[0].item.vectors[default]", "items[1].item.id", "items[2].item", "items[3].item.attributes[n]");
        Assert.Equal(0, await _server.CountAsync(name));
    }

    [Fact]
    public async Task Upsert_IdTwiceInABatch_TheFirstIsWrittenAndTheOtherFails()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        var answer = await _server.UpsertAsync(name, Requests.Item("a", 1), Requests.Item("b", 2), Requests.Item("a", 3));

        var error = Assert.Single(answer.Errors);
        Assert.Equal((2, "a", "items[2].item.id"), (error.Index, error.Id, error.Field));
        Assert.Contains("items[0]", error.Message, StringComparison.Ordinal);
        var found = Assert.Single(await _server.GetAsync(new GetRequest { Collection = name, Ids = { "a" }, WithVectors = true }));
        Assert.Equal([1], Requests.Read(found.Vectors["default"]));
    }

    [Fact]
    public async Task Upsert_VectorWithAndWithoutTheFirstSpacesName_FailsInsteadOfChoosing()
    {
        var name = await _server.CreateAsync(dimension: 1);
        var item = new Item { Id = "a", Vectors = { [""] = Requests.Vector(1), ["default"] = Requests.Vector(2) } };
        var refusal = await Refusal.OfAsync(_server.UpsertAsync(name, new ItemInput { Item = item }));

        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.StartsWith("items[0].item.vectors", Assert.Single(refusal.Fields), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upsert_VectorWithoutASpacesName_GoesToTheFirst()
    {
        var name = await _server.CreateAsync(1, new Space { Name = "x", Dimension = 1, Metric = Metric.L2 }, new Space { Name = "y", Dimension = 1 });
        await _server.UpsertAsync(name, new ItemInput { Item = new Item { Id = "a", Vectors = { [""] = Requests.Vector(7) } } });

        var found = Assert.Single(await _server.ScrollAllAsync(name, withVectors: true));
        Assert.Equal([7], Requests.Read(found.Vectors["x"]));
    }

    [Fact]
    public async Task Upsert_LargestItem_IsTaken()
    {
        var name = await _server.CreateAsync(dimension: 4096);
        var id = new string('i', 512);
        var item = Attributes(256, dimension: 4096);
        item.Item.Id = id;
        item.Item.ContentUri = new string('x', 65_536);
        await _server.UpsertAsync(name, item);

        var found = Assert.Single(await _server.GetAsync(new GetRequest { Collection = name, Ids = { id }, WithVectors = true }));
        Assert.Equal(256, found.Attributes.Count);
        Assert.Equal(4096, Requests.Read(found.Vectors["default"]).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task AnyBatch_NoneOrMoreThanTheLimit_InvalidArgument(int count)
    {
        var name = await _server.CreateAsync(dimension: 1);
        var ids = Enumerable.Range(0, count).Select(i => $"i{i}").ToArray();
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(name, ids.Select(id => Requests.Item(id, 1))), "items");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.DeleteAsync(name, ids), "ids");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.GetAsync(Requests.Get(name, ids)), "ids");
    }

    [Fact]
    public async Task Upsert_ExactlyTheLimit_IsTaken()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        Assert.Equal(1000, (await _server.UpsertAsync(name, Enumerable.Range(0, 1000).Select(i => Requests.Item($"i{i}", i)))).Written);
        Assert.Equal(1000, await _server.CountAsync(name));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(513)]
    [InlineData(70_000)]
    public async Task Delete_IdThatNoItemCanHave_InvalidArgumentNamingIt(int length)
    {
        var name = await _server.CreateAsync(dimension: 1);
        await _server.UpsertAsync(name, Requests.Item("a", 1));
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.DeleteAsync(name, "a", new string('x', length)), "ids[1]");
    }

    [Fact]
    public async Task Upsert_UnknownLevelOfAcknowledgement_InvalidArgument()
    {
        var name = await _server.CreateAsync(dimension: 1);
        var request = Requests.Upsert(name, Requests.Item("a", 1));
        request.Acknowledgement = (Acknowledgement)7;
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.UpsertAsync(request), "acknowledgement");
        Assert.Equal(0, await _server.CountAsync(name));
    }

    private static ItemInput Vector(Vector vector) => new() { Item = new Item { Id = "a", Vectors = { ["default"] = vector } } };

    private static ItemInput Attributes(int count, int dimension = 2)
    {
        var item = Requests.Item("a", Enumerable.Repeat(1f, dimension));
        for (var i = 0; i < count; i++)
        {
            item.With($"n{i}", Requests.Value(i));
        }
        return item;
    }
}
