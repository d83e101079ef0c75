using System.Runtime.InteropServices;
using Manifold.Encoders.Tests;
using Manifold.Index;
using Manifold.Storage.Tests;
using Orleans.Core.Internal;

namespace Manifold.Grains.Tests;

/// <summary>Gateways, shards and the grain that drives learn of a space from each other, in any order.</summary>
public sealed class ReencodeGrainTests : IDisposable
{
    private const SiloRoles NoEncoder = SiloRoles.Shard | SiloRoles.Gateway;

    private static readonly SpaceInfo First = new("first", 3, Metric.Cosine, "one"), Second = new("second", 3, Metric.Cosine, "two");

    private readonly TemporaryFolder _folder = new();
    private readonly TestBundle _one = new("one"), _two = new("two");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task AGatewayWithAnOldCopy_IsRefusedByTheShards_LooksAgain_AndEncodesForBoth()
    {
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, [SiloRoles.All, SiloRoles.Gateway], _one, _two);
        var catalog = cluster.Client.GetGrain<ICatalogGrain>(0);
        await catalog.CreateAsync("things", [First], shardCount: 2);
        var cache = cluster.Service<CatalogCache>(SiloRoles.Gateway);
        var old = await cache.GetAsync("things");
        Assert.Equal(40, (await cluster.UpsertAsync(SiloRoles.Gateway, old, Texts(0, 40))).Written);

        var added = await catalog.AddSpaceAsync("things", Second, rate: 0);
        await UntilCompleteAsync(catalog, added.Id);
        var refused = await Assert.ThrowsAsync<ManifoldException>(() => cluster.UpsertAsync(SiloRoles.Gateway, old, Texts(40, 10)));
        Assert.Equal(ErrorKind.Aborted, refused.Kind);
        Assert.Equal(10, (await cache.WithAsync("things", collection => cluster.UpsertAsync(SiloRoles.Gateway, collection, Texts(40, 10)))).Written);

        // Searches by the old copy go on, as do deletions.
        var coordinator = cluster.Client.GetGrain<ICoordinatorGrain>(0);
        Assert.Equal(50, (await SearchAsync(coordinator, old, "first")).Ids.Length);
        var deletion = ItemWriter.PrepareDelete(old, ["item 7"], new WriterSequence("", 0));
        await cluster.Service<ItemWriter>(SiloRoles.Gateway).WriteAsync(deletion, Manifold.Shards.Acknowledgement.Applied, Cancel);
        Assert.Equal(49, (await SearchAsync(coordinator, added, "second")).Ids.Length);
    }

    [Fact]
    public async Task ASearch_InASpaceThatAShardDoesNotKnowYet_FindsNothing_AndTheFirstWriteTellsTheShard()
    {
        // Nothing drives: without an encoder silo the first page waits, and an empty collection has none.
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, [NoEncoder]);
        var catalog = cluster.Client.GetGrain<ICatalogGrain>(0);
        var created = await catalog.CreateAsync("things", [new SpaceInfo("first", 3, Metric.Cosine, "")], shardCount: 2);
        await cluster.UpsertAsync(NoEncoder, created, Vectors("a", "first"), Vectors("b", "first"));
        var known = created with { Spaces = [.. created.Spaces, Second], SchemaVersion = 1 };
        var coordinator = cluster.Client.GetGrain<ICoordinatorGrain>(0);
        Assert.Empty((await SearchAsync(coordinator, known, "second")).Ids);

        var added = await catalog.AddSpaceAsync("things", Second, rate: 0);
        Assert.Equal(known.Spaces, added.Spaces);
        await cluster.UpsertAsync(NoEncoder, added, Vectors("c", "first", "second"));
        Assert.Equal(["c"], (await SearchAsync(coordinator, added, "second")).Ids);
    }

    [Fact]
    public async Task WithoutAnEncoderSilo_ItWaits_SaysSo_AndEndsWithItsCollection()
    {
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, [NoEncoder]);
        var catalog = cluster.Client.GetGrain<ICatalogGrain>(0);
        var collection = await catalog.CreateAsync("things", [new SpaceInfo("first", 3, Metric.Cosine, "")], shardCount: 1);
        var text = Vectors("a", "first");
        await cluster.UpsertAsync(NoEncoder, collection, text with { Item = text.Item with { Modality = Modalities.Text, Content = "data:,a%20text" } });
        await catalog.AddSpaceAsync("things", Second, rate: 0);
        var grain = cluster.Client.GetGrain<IReencodeGrain>(collection.Id);
        await Eventually.HoldsAsync(async () => (await grain.GetProgressAsync()).Waiting.Contains("encoder role", StringComparison.Ordinal));
        Assert.False((await catalog.FindByIdAsync(collection.Id))!.Reencoding!.IsComplete);
        await catalog.DropAsync("things");
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*reencoding*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task AnActivationThatIsEndedAgainAndAgain_GoesOn_AndCountsEachItemOnce()
    {
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, [SiloRoles.All], _one, _two);
        var catalog = cluster.Client.GetGrain<ICatalogGrain>(0);
        var collection = await catalog.CreateAsync("things", [First], shardCount: 2);
        for (var from = 0; from < 1000; from += 200)
        {
            await cluster.UpsertAsync(SiloRoles.All, collection, Texts(from, 200));
        }
        await cluster.UpsertAsync(SiloRoles.All, collection, [.. Enumerable.Range(0, 100).Select(i => Vectors($"item {i * 10}.", "first"))]);
        await catalog.AddSpaceAsync("things", Second, rate: 0);
        var grain = cluster.Client.GetGrain<IReencodeGrain>(collection.Id);
        var ended = 0;
        await Eventually.HoldsAsync(async () =>
        {
            await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
            ended++;
            return (await catalog.FindByIdAsync(collection.Id))!.Reencoding!.IsComplete;
        });
        Assert.True(ended > 1, "it was ended before it was done");
        Assert.Equal(100, (await grain.GetProgressAsync()).Failed);
        Assert.Equal(new SpaceCount(1100, 1000), await cluster.Service<Coordinator>(SiloRoles.All).CountWithAsync(collection, "second", Cancel));
    }

    private static ItemWrite[] Texts(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(i => new ItemWrite(i - from, new Item { Id = $"item {i}", Modality = Modalities.Text }, EncodeContent.OfText($"text {i}")))];

    private static ItemWrite Vectors(string id, params string[] spaces) =>
        new(0, new Item { Id = id, Vectors = spaces.ToDictionary(space => space, _ => new float[] { 1, 2, 3 }) }, null);

    private static Task<CollectionHits> SearchAsync(ICoordinatorGrain coordinator, CollectionInfo collection, string space)
    {
        var search = new ShardSearch(space, MemoryMarshal.AsBytes<float>(new float[] { 1, 2, 3 }).ToArray(), 1000, null, null, 0);
        return coordinator.SearchAsync(
            new CollectionSearch(collection, search, [], new Dictionary<int, long>(), WithItems: false, WithVectors: false, AllowPartial: false, 1000, null, null, LeaderOnly: true), Cancel);
    }

    private static Task UntilCompleteAsync(ICatalogGrain catalog, string id) =>
        Eventually.HoldsAsync(async () => (await catalog.FindByIdAsync(id))!.Reencoding!.IsComplete);
}
