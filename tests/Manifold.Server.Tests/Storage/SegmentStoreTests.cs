using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>Where segments go as the options say.</summary>
public sealed class SegmentStoreTests(S3rver s3) : IClassFixture<S3rver>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly (string, string) SealOften = ("Manifold:Shards:SealAfterBytes", "8192");

    [Fact]
    public async Task Restart_SegmentsInS3AndTheCacheGone_EverythingIsThere()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3rver.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", S3rver.Key);
        using var folder = new TemporaryFolder();
        (string, string)[] settings = [SealOften, ("Manifold:SegmentStore", s3.Uri("server").ToString())];
        var items = await FillAsync(folder.Path, settings);
        Assert.NotEmpty(s3.Files("server"));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "segments")));
        Directory.Delete(Path.Combine(folder.Path, "segment-cache"), recursive: true);
        await AssertHasAsync(folder.Path, settings, items);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder.Path, "segment-cache", "objects")));
    }

    [Fact]
    public async Task Restart_SegmentsInAnotherFolder_EverythingIsThere()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        (string, string)[] settings = [SealOften, ("Manifold:SegmentStore", $"file://{elsewhere.Path}/store")];
        var items = await FillAsync(folder.Path, settings);
        Assert.NotEmpty(Directory.GetFiles(elsewhere.Path, "*.seg", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "segments")));
        await AssertHasAsync(folder.Path, settings, items);
    }

    [Fact]
    public async Task ASnapshotInS3_ThatIsMadeAgainUnderItsName_IsTheNewOne()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3rver.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", S3rver.Key);
        using var folder = new TemporaryFolder();
        using var otherFolder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder.Path, SealOften);
        await using var other = await TestServer.StartAsync(otherFolder.Path, SealOften);
        var store = s3.Uri("snapshots").ToString();
        var (makes, restores) = (new Protocol.V1.Snapshots.SnapshotsClient(server.Channel), new Protocol.V1.Snapshots.SnapshotsClient(other.Channel));
        for (var round = 1; round <= 2; round++)
        {
            // Of the same collection's name, with objects of the same names: what the other keeps copies of must not be taken for these.
            await server.CreateAsync(new Protocol.V1.CreateCollectionRequest { Name = "copied", ShardCount = 2, Spaces = { new Protocol.V1.Space { Dimension = 2 } } });
            await server.UpsertAsync("copied", Enumerable.Range(0, 50 * round).Select(i => Requests.Item($"{round}-{i}", i, round)));
            await makes.CreateAsync(new Protocol.V1.CreateSnapshotRequest { Store = store, Collection = "copied", Name = "one" }, cancellationToken: Cancel);
            await Eventually.HoldsAsync(async () =>
                (await makes.GetAsync(new Protocol.V1.GetSnapshotRequest { Store = store, Collection = "copied", Name = "one" }, cancellationToken: Cancel)) is { Error: "", Complete: true });
            var expected = await server.ScrollAllAsync("copied", withVectors: true);
            Assert.Equal(50 * round, expected.Count);

            await restores.RestoreAsync(new Protocol.V1.RestoreSnapshotRequest { Store = store, Collection = "copied", Name = "one" }, cancellationToken: Cancel);
            await Eventually.HoldsAsync(async () => (await other.GetAsync(new Protocol.V1.GetCollectionRequest { Name = "copied" })).Restore is null);
            Assert.Equal(expected, await other.ScrollAllAsync("copied", withVectors: true));
            await other.DropAsync("copied");
            await server.DropAsync("copied");
            await makes.DeleteAsync(new Protocol.V1.DeleteSnapshotRequest { Store = store, Collection = "copied", Name = "one" }, cancellationToken: Cancel);
            Assert.Empty((await restores.ListAsync(new Protocol.V1.ListSnapshotsRequest { Store = store }, cancellationToken: Cancel)).Snapshots);
        }
    }

    private static async Task<IReadOnlyList<Protocol.V1.Item>> FillAsync(string folder, (string, string)[] settings)
    {
        await using var server = await TestServer.StartAsync(folder, settings);
        await server.CreateAsync(new Protocol.V1.CreateCollectionRequest { Name = "things", ShardCount = 2, Spaces = { new Protocol.V1.Space { Dimension = 16 } } });
        for (var round = 0; round < 6; round++)
        {
            await server.UpsertAsync("things", Enumerable.Range(0, 100).Select(i => Requests.Item($"{round}-{i}", Enumerable.Range(0, 16).Select(d => (float)(i + d + 1)))));
        }
        while ((await server.GetStatusAsync()).Shards.Any(shard => shard.Segments == 0))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        return await server.ScrollAllAsync("things", withVectors: true);
    }

    private static async Task AssertHasAsync(string folder, (string, string)[] settings, IReadOnlyList<Protocol.V1.Item> items)
    {
        await using var server = await TestServer.StartAsync(folder, settings);
        Assert.Equal(items, await server.ScrollAllAsync("things", withVectors: true));
        Assert.Equal(10, (await server.QueryAsync(Requests.Query("things", Enumerable.Repeat(1f, 16)))).Hits.Count);
    }
}
