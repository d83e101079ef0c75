using Manifold.FakeServer;

namespace Manifold.Client.Tests;

public sealed class ClientTests
{
    [Fact]
    public async Task Upsert_ThenGet_GivesTheItemBack()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        using var client = new ManifoldClient(server.Address);
        await client.CreateCollectionAsync("c", Space.OfVectors(3), cancellationToken: TestContext.Current.CancellationToken);
        var time = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var item = ItemInput.FromVector("a", new float[] { 1, -2.5f, float.Epsilon }, new Dictionary<string, object>
        {
            ["s"] = "x",
            ["i"] = 3,
            ["d"] = 0.5,
            ["b"] = true,
            ["t"] = time,
            ["l"] = new[] { "p", "q" },
        });

        var written = await client.UpsertAsync("c", [item], cancellationToken: TestContext.Current.CancellationToken);
        var read = Assert.Single(await client.GetAsync("c", ["a", "none"], withVectors: true, TestContext.Current.CancellationToken));

        Assert.Equal((1, Acknowledgement.Applied), (written.Written, written.Acknowledgement));
        Assert.Equal([1, -2.5f, float.Epsilon], read.Vectors["default"].ToArray());
        Assert.Equal(("x", 3.0, 0.5, true, time), (read.Attributes["s"], read.Attributes["i"], read.Attributes["d"], read.Attributes["b"], read.Attributes["t"]));
        Assert.Equal(["p", "q"], Assert.IsAssignableFrom<IReadOnlyList<string>>(read.Attributes["l"]));
    }

    [Fact]
    public async Task Upsert_Retried_WritesOnce()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        using var client = new ManifoldClient(server.Address, new ManifoldClientOptions { FirstBackoff = TimeSpan.FromMilliseconds(1) });
        await client.CreateCollectionAsync("c", Space.OfVectors(1), cancellationToken: TestContext.Current.CancellationToken);
        server.Store.Failures.Enqueue(new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Unavailable, "opening")));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(
            i => client.UpsertAsync("c", [ItemInput.FromVector($"{i}", new float[] { i })], cancellationToken: TestContext.Current.CancellationToken)));

        Assert.Equal(50, server.Store.Writes.Count);
        Assert.All(server.Store.Writes, w => Assert.Equal(1, w.Value));
        Assert.Equal(0, server.Store.RefusedSequences);
    }

    [Fact]
    public async Task Scroll_SeveralPages_GivesEveryItemInOrder()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        using var client = new ManifoldClient(server.Address);
        await client.CreateCollectionAsync("c", Space.OfVectors(1), cancellationToken: TestContext.Current.CancellationToken);
        var items = Enumerable.Range(0, 25).Select(i => ItemInput.FromVector($"{i:00}", new float[] { i })).ToArray();
        await client.UpsertAsync("c", items, cancellationToken: TestContext.Current.CancellationToken);

        var read = await client.ScrollAsync("c", pageSize: 10, cancellationToken: TestContext.Current.CancellationToken)
            .Select(i => i.Id).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(items.Select(i => i.Id), read);
    }

    [Fact]
    public async Task Search_EveryPartAndOption_ArrivesOnTheWire()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        using var client = new ManifoldClient(server.Address);
        server.Store.QueryAnswer = new Protocol.V1.QueryResponse
        {
            Hits = { new Protocol.V1.Hit { Item = new Protocol.V1.Item { Id = "a", Modality = Protocol.V1.Modality.Image }, Score = 0.5f } },
            ShardsAnswered = 1,
            ShardsTotal = 2,
        };

        var result = await client.SearchAsync("c", new SearchQuery
        {
            Parts = [QueryPart.FromText("x", -0.5), QueryPart.FromImage(new byte[] { 1, 2 }), QueryPart.FromVector(new float[] { 1 }), QueryPart.FromItem("i")],
            Limit = 3,
            Filter = Filter.Exists("tags"),
            ScoreThreshold = 0.25f,
            AtLeast = [new ShardPosition(1, 7)],
            AllowPartial = true,
        }, TestContext.Current.CancellationToken);

        var wire = server.Store.LastQuery!;
        Assert.Equal(["Text", "Image", "Vector", "ItemId"], wire.Parts.Select(p => p.KindCase.ToString()));
        Assert.Equal([-0.5, 1, 1, 1], wire.Parts.Select(p => p.Weight));
        Assert.Equal(4, wire.Parts[2].Vector.Packed.Length);
        Assert.Equal((3, "tags", 0.25f, true), (wire.Limit, wire.Filter.Exists.Attribute, wire.ScoreThreshold, wire.AllowPartial));
        Assert.Equal(7, wire.AtLeast.Single().Position);
        Assert.Equal((1, 2), (result.ShardsAnswered, result.ShardsTotal));
        Assert.Equal(("a", Modality.Image, 0.5f), (result.Hits[0].Item.Id, result.Hits[0].Item.Modality, result.Hits[0].Score));
    }

    [Fact]
    public async Task Encode_AndListBundles_GiveVectorsAndBundles()
    {
        await using var server = await FakeManifold.StartAsync(TestContext.Current.CancellationToken);
        using var client = new ManifoldClient(server.Address);

        var bundle = Assert.Single(await client.ListBundlesAsync(TestContext.Current.CancellationToken));
        var vectors = await client.EncodeAsync(bundle.Name, [Content.FromText("x"), Content.FromImage(new byte[] { 1 })], TestContext.Current.CancellationToken);

        Assert.Equal([Modality.Text, Modality.Image], bundle.Modalities);
        Assert.All(vectors, v => Assert.Equal([0.6f, 0.8f], v.ToArray()));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Equal_NumberThatIsNone_IsRefused(double number) => Assert.Throws<ArgumentException>(() => Filter.Equal("a", number));
}
