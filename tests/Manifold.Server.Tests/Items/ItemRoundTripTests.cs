using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>What is written comes back.</summary>
public sealed class ItemRoundTripTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Get_ItemWithEveryKindOfAttribute_IsAsItWasWritten()
    {
        var name = await _server.CreateAsync(dimension: 3, metric: Metric.L2);
        var input = Requests.Item("é/🎈 1", 0.1f, -2, float.MaxValue)
            .With("text", Requests.Value("naïve 中文 🎈\n\0"))
            .With("empty text", Requests.Value(""))
            .With("number", Requests.Value(-1.0 / 3))
            .With("infinite", Requests.Value(double.PositiveInfinity))
            .With("yes", Requests.Value(true))
            .With("no", Requests.Value(false))
            .With("time", Requests.Value(new DateTimeOffset(1969, 7, 20, 20, 17, 40, 123, 456, TimeSpan.Zero)))
            .With("first time", Requests.Value(DateTimeOffset.MinValue))
            .With("list", Requests.Values("b", "a", "b", ""))
            .With("empty list", Requests.Values())
            .With("place", Requests.Value(-33.8688, 151.2093));
        input.Item.Modality = Modality.Audio;
        input.Item.ContentUri = "file:///somewhere/a b.wav";
        await _server.UpsertAsync(name, input);

        var found = Assert.Single(await _server.GetAsync(new GetRequest { Collection = name, Ids = { input.Item.Id }, WithVectors = true }));
        Assert.Equal(input.Item.Attributes, found.Attributes);
        Assert.Equal((input.Item.Id, Modality.Audio, input.Item.ContentUri), (found.Id, found.Modality, found.ContentUri));
        Assert.Equal([0.1f, -2, float.MaxValue], Requests.Read(Assert.Single(found.Vectors).Value));
    }

    [Fact]
    public async Task Get_BothFormsOfAVector_AreTheSame()
    {
        var name = await _server.CreateAsync(dimension: 3);
        var packed = Requests.Item("packed");
        packed.Item.Vectors["default"] = Requests.Packed(1, 2, 3);
        await _server.UpsertAsync(name, Requests.Item("values", 1, 2, 3), packed);

        var found = await _server.GetAsync(new GetRequest { Collection = name, Ids = { "values", "packed" }, WithVectors = true });
        Assert.All(found, item => Assert.Equal([1, 2, 3], Requests.Read(item.Vectors["default"])));
    }

    [Fact]
    public async Task Get_VectorNotAskedFor_IsLeftOut()
    {
        var name = await _server.CreateAsync(dimension: 2);
        await _server.UpsertAsync(name, Requests.Item("a", 1, 2).With("n", Requests.Value(1)));

        var found = Assert.Single(await _server.GetAsync(Requests.Get(name, "a")));
        Assert.Empty(found.Vectors);
        Assert.Equal(1, found.Attributes["n"].NumberValue);
    }

    [Fact]
    public async Task Get_CosineSpace_VectorsAreStoredAtUnitLength()
    {
        var name = await _server.CreateAsync(dimension: 2, metric: Metric.Cosine);
        await _server.UpsertAsync(name, Requests.Item("a", 3, 4), Requests.Item("tiny", 1e-30f, 0), Requests.Item("huge", 0, 3e38f));

        var found = await _server.GetAsync(new GetRequest { Collection = name, Ids = { "a", "tiny", "huge" }, WithVectors = true });
        float[][] expected = [[0.6f, 0.8f], [1, 0], [0, 1]];
        Assert.All(found.Zip(expected), pair => Assert.All(Requests.Read(pair.First.Vectors["default"]).Zip(pair.Second), c => Assert.Equal(c.Second, c.First, 1e-6f)));
    }

    [Fact]
    public async Task Get_SeveralSpaces_AnItemMayFillSomeOfThem()
    {
        var name = await _server.CreateAsync(1, new Space { Name = "a", Dimension = 1, Metric = Metric.L2 }, new Space { Name = "b", Dimension = 2, Metric = Metric.L2 });
        var both = new ItemInput { Item = new Item { Id = "both", Vectors = { ["a"] = Requests.Vector(1), ["b"] = Requests.Vector(2, 3) } } };
        var second = new ItemInput { Item = new Item { Id = "second", Vectors = { ["b"] = Requests.Vector(4, 5) } } };
        await _server.UpsertAsync(name, both, second);

        var found = await _server.GetAsync(new GetRequest { Collection = name, Ids = { "second", "both" }, WithVectors = true });
        Assert.Equal(["b"], found[0].Vectors.Keys);
        Assert.Equal(["a", "b"], found[1].Vectors.Keys.Order());
        Assert.Equal([4, 5], Requests.Read(found[0].Vectors["b"]));
        Assert.Equal([1], Requests.Read(found[1].Vectors["a"]));
    }

    [Fact]
    public async Task Get_OrderDuplicatesAndUnknownIds_FollowTheRequest()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        await _server.UpsertAsync(name, Enumerable.Range(0, 20).Select(i => Requests.Item($"i{i}", i)));

        var found = await _server.GetAsync(Requests.Get(name, "i7", "gone", "i3", "i19", "i7"));
        Assert.Equal(["i7", "i3", "i19", "i7"], found.Select(i => i.Id));
    }

    [Fact]
    public async Task Upsert_SameIdAgain_ReplacesAllOfTheItem()
    {
        var name = await _server.CreateAsync(dimension: 1);
        await _server.UpsertAsync(name, Requests.Item("a", 1).With("old", Requests.Value("x")));
        await _server.UpsertAsync(name, Requests.Item("a", 2).With("new", Requests.Value("y")));

        var found = Assert.Single(await _server.GetAsync(new GetRequest { Collection = name, Ids = { "a" }, WithVectors = true }));
        Assert.Equal(["new"], found.Attributes.Keys);
        Assert.Equal([2], Requests.Read(found.Vectors["default"]));
        Assert.Equal(1, await _server.CountAsync(name));
    }

    [Fact]
    public async Task Delete_KnownAndUnknownIds_RemovesAndIsNoError()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        await _server.UpsertAsync(name, Enumerable.Range(0, 10).Select(i => Requests.Item($"i{i}", i)));
        var answer = await _server.DeleteAsync(name, "i1", "never there", "i8", "i1");

        Assert.Equal(4, answer.Written);
        Assert.Equal(8, await _server.CountAsync(name));
        Assert.Empty(await _server.GetAsync(Requests.Get(name, "i1", "i8")));
        await _server.UpsertAsync(name, Requests.Item("i1", 5));
        Assert.Equal(9, await _server.CountAsync(name));
    }

    [Theory]
    [InlineData(Acknowledgement.Unspecified, Acknowledgement.Applied)]
    [InlineData(Acknowledgement.Applied, Acknowledgement.Applied)]
    [InlineData(Acknowledgement.Durable, Acknowledgement.Durable)]
    public async Task Upsert_LevelOfAcknowledgement_IsNamedInTheAnswer(Acknowledgement asked, Acknowledgement reached)
    {
        var name = await _server.CreateAsync(dimension: 1);
        var request = Requests.Upsert(name, Requests.Item("a", 1));
        request.Acknowledgement = asked;
        var answer = await _server.UpsertAsync(request);

        Assert.Equal(reached, answer.Acknowledgement);
        Assert.Equal(1, answer.Written);
        Assert.Equal(new ShardPosition { Shard = 0, Position = 1 }, Assert.Single(answer.Positions));
    }

    [Fact]
    public async Task Upsert_SeveralShards_PositionsNameEachShardThatWasTouched()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 64);
        var answer = await _server.UpsertAsync(name, Enumerable.Range(0, 40).Select(i => Requests.Item($"i{i}", i)));

        Assert.InRange(answer.Positions.Count, 2, 40);
        Assert.Equal(answer.Positions.Select(p => p.Shard).Order().Distinct(), answer.Positions.Select(p => p.Shard));
        Assert.All(answer.Positions, p => Assert.Equal(1, p.Position));
        Assert.All(answer.Positions, p => Assert.InRange(p.Shard, 0, 63));
    }

    [Fact]
    public async Task Status_ShardsOfACollection_TellTheirItemsAndPositions()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        var answer = await _server.UpsertAsync(name, Enumerable.Range(0, 30).Select(i => Requests.Item($"i{i}", i)));

        var status = await _server.GetStatusAsync();
        var shards = status.Shards.Where(s => s.Collection == name).ToArray();
        Assert.Equal([0, 1, 2], shards.Select(s => s.Shard));
        Assert.Equal(30, shards.Sum(s => s.Items));
        Assert.All(shards, s => Assert.Equal("serving", s.State));
        Assert.Equal(answer.Positions.Select(p => p.Position), shards.Where(s => s.Position > 0).Select(s => s.Position));
        Assert.Equal("cpu", status.EncoderDevice);
        Assert.Equal(["shard", "encoder", "gateway"], Assert.Single(status.Silos).Roles);
        Assert.NotEmpty(status.Version);
    }
}
