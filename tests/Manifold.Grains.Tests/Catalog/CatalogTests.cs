using Manifold.Index;

namespace Manifold.Grains.Tests;

/// <summary>The list of collections, and gateways' copies of it.</summary>
public sealed class CatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Drop_InterruptedBeforeTheDataWereDeleted_IsTakenUpAtTheNextStart()
    {
        await using (var cluster = await TestCluster.StartAsync(_folder.Path, logs => new UndeletableLogs(logs), null, SiloRoles.All))
        {
            var catalog = cluster.Client.GetGrain<ICatalogGrain>(0);
            foreach (var name in new[] { "dropped", "stays" })
            {
                var collection = await catalog.CreateAsync(name, [new SpaceInfo("default", 2, Metric.L2, "")], shardCount: 3);
                await WriteAsync(cluster, collection, 30);
            }
            await catalog.DropAsync("dropped");
            Assert.Equal(["stays"], (await catalog.ListAsync()).Select(c => c.Name));
        }
        Assert.NotEmpty(FilesOf("dropped"));

        await using var next = await TestCluster.StartAsync(_folder.Path, null, null, SiloRoles.All);
        var found = await next.Client.GetGrain<ICatalogGrain>(0).ListAsync();
        Assert.Equal(["stays"], found.Select(c => c.Name));
        Assert.Equal(30, await next.Client.GetGrain<ICoordinatorGrain>(0).CountAsync(found[0], null, Cancel));
        await WaitUntilGoneAsync("dropped");
        Assert.NotEmpty(FilesOf("stays"));
    }

    [Fact]
    public async Task Drop_Collection_NothingOfItIsLeftOnTheDisk()
    {
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, null, SiloRoles.All);
        var catalog = cluster.Client.GetGrain<ICatalogGrain>(0);
        var collection = await catalog.CreateAsync("dropped", [new SpaceInfo("default", 2, Metric.L2, "")], shardCount: 3);
        await WriteAsync(cluster, collection, 30);
        Assert.NotEmpty(FoldersOf("dropped"));
        await catalog.DropAsync("dropped");
        Assert.Empty(FoldersOf("dropped"));
    }

    [Fact]
    public async Task With_CopyOfACollectionThatWasDroppedAndCreatedAgain_CallsThePresentOne()
    {
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, null, SiloRoles.All);
        var catalog = cluster.Client.GetGrain<ICatalogGrain>(0);
        var cache = cluster.Service<CatalogCache>(SiloRoles.All);
        var coordinator = cluster.Client.GetGrain<ICoordinatorGrain>(0);
        for (var round = 1; round <= 5; round++)
        {
            var present = await catalog.CreateAsync("things", [new SpaceInfo("default", 2, Metric.L2, "")], shardCount: round);
            await WriteAsync(cluster, present, 10 * round);
            Assert.Equal(10 * round, await cache.WithAsync("things", c => coordinator.CountAsync(c, null, Cancel)));

            // Another gateway drops it: this one still has its copy.
            await catalog.DropAsync("things");
            var again = await catalog.CreateAsync("things", [new SpaceInfo("default", 2, Metric.L2, "")], shardCount: round + 1);
            Assert.NotEqual(present.Id, again.Id);
            var result = await cache.WithAsync("things", c => cluster.UpsertAsync(SiloRoles.All, c, Write(0, "new")));
            Assert.Equal(1, result.Written);
            Assert.Equal(1, await coordinator.CountAsync(again, null, Cancel));
            Assert.Same(await cache.GetAsync("things"), await cache.GetAsync("things"));
            await catalog.DropAsync("things");
            var gone = await Assert.ThrowsAsync<ManifoldException>(() => cache.WithAsync("things", c => coordinator.CountAsync(c, null, Cancel)));
            Assert.Equal((ErrorKind.NotFound, "collection"), (gone.Kind, gone.Field));
        }
    }

    [Fact]
    public async Task Create_CatalogStateChangedByAnother_IsReadAgainInsteadOfOverwritten()
    {
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, null, SiloRoles.All);
        var catalog = cluster.Client.GetGrain<ICatalogGrain>(0);
        await catalog.CreateAsync("mine", [new SpaceInfo("default", 2, Metric.L2, "")], shardCount: 1);

        // As a second activation on another silo would.
        var storage = new FileGrainStorage(new Storage.FileDocumentStore(Path.Combine(_folder.Path, "state")));
        var state = new GrainState<CatalogState>();
        await storage.ReadStateAsync("catalog", catalog.GetGrainId(), state);
        state.State!.Collections.Add(new CollectionInfo("others", "others.00000000", [new SpaceInfo("default", 2, Metric.L2, "")], 1, DateTimeOffset.UtcNow));
        await storage.WriteStateAsync("catalog", catalog.GetGrainId(), state);

        var refused = await Assert.ThrowsAsync<ManifoldException>(() => catalog.CreateAsync("more", [new SpaceInfo("default", 2, Metric.L2, "")], shardCount: 1));
        Assert.Equal(ErrorKind.Unavailable, refused.Kind);
        await catalog.CreateAsync("more", [new SpaceInfo("default", 2, Metric.L2, "")], shardCount: 1);
        Assert.Equal(["mine", "more", "others"], (await catalog.ListAsync()).Select(c => c.Name));
    }

    private async Task WaitUntilGoneAsync(string collection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (FilesOf(collection).Length > 0)
        {
            await Task.Delay(50, limit.Token);
        }
    }

    /// <summary>Files of a collection: in folders, or with names, that begin with its own.</summary>
    private string[] FilesOf(string collection) => [.. FoldersOf(collection).Where(File.Exists).Concat(FoldersOf(collection).Where(Directory.Exists).SelectMany(path => Directory.GetFiles(path, "*", SearchOption.AllDirectories)))];

    private string[] FoldersOf(string collection) =>
        [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path).StartsWith(collection, StringComparison.Ordinal))];

    private static ItemWrite Write(int index, string id) =>
        new(index, new Item { Id = id, Vectors = new Dictionary<string, float[]> { ["default"] = [index, 1] } }, null);

    private static async Task WriteAsync(TestCluster cluster, CollectionInfo collection, int count)
    {
        var writes = Enumerable.Range(0, count).Select(i => Write(i, $"i{i}")).ToArray();
        var result = await cluster.UpsertAsync(SiloRoles.All, collection, writes);
        Assert.Equal(count, result.Written);
    }
}
