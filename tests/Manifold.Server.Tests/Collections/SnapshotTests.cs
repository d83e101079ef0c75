using Grpc.Core;
using Manifold.Protocol.V1;
using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>Snapshots of collections, and collections made of them, in this cluster and in another.</summary>
public sealed class SnapshotTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _backup = new();
    private TestServer _server = null!;
    private Snapshots.SnapshotsClient _snapshots = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Store => new Uri(_backup.Path).AbsoluteUri;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(_folder.Path, ("Manifold:Shards:SealAfterBytes", "65536"));
        _snapshots = new Snapshots.SnapshotsClient(_server.Channel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
        _backup.Dispose();
    }

    [Fact]
    public async Task ASnapshot_IsRestoredUnderAnotherName_AndInAnotherCluster_AsItWas()
    {
        var name = await _server.CreateAsync(shards: 4);
        for (var batch = 0; batch < 10; batch++)
        {
            var items = Enumerable.Range(batch * 100, 100).Select(i => Requests.Item($"item-{i:0000}", 1, i, 0, 0).With("number", Requests.Value((double)i)));
            Assert.Empty((await _server.UpsertAsync(Requests.Upsert(name, items))).Errors);
        }
        await _server.DeleteAsync(name, "item-0003", "item-0333");
        var before = await _server.ScrollAllAsync(name, withVectors: true);
        var snapshot = await MakeAsync(_snapshots, name, "first");
        Assert.Equal((4, 4, 998L, true), (snapshot.ShardCount, snapshot.ShardsDone, snapshot.Items, snapshot.Complete));
        Assert.True(snapshot.Bytes > 998 * 16);
        await _server.UpsertAsync(name, Requests.Item("later", 9, 9, 9, 9));

        var restored = await RestoreAsync(_server, name, "first", "again");
        Assert.Equal(4, restored.ShardCount);
        Assert.Equal(before, await _server.ScrollAllAsync("again", withVectors: true));
        Assert.Equal("item-0999", (await _server.QueryAsync(Requests.Query("again", 0, 1, 0, 0))).Hits[0].Item.Id);
        await _server.UpsertAsync("again", Requests.Item("new", 1, 1, 1, 1));
        Assert.Equal(999, await _server.CountAsync("again"));
        Assert.Equal(999, await _server.CountAsync(name));

        using var folder = new TemporaryFolder();
        await using (var other = await TestServer.StartAsync(folder.Path))
        {
            await RestoreAsync(other, name, "first", "");
            Assert.Equal(before, await other.ScrollAllAsync(name, withVectors: true));
        }
        await using (var other = await TestServer.StartAsync(folder.Path))
        {
            Assert.Equal(before, await other.ScrollAllAsync(name, withVectors: true));
        }
    }

    [Fact]
    public async Task List_Get_AndDelete()
    {
        var (a, b) = (await _server.CreateAsync(), await _server.CreateAsync(shards: 2));
        await _server.UpsertAsync(a, Requests.Item("x", 1, 2, 3, 4));
        Assert.Empty((await _snapshots.ListAsync(new ListSnapshotsRequest { Store = Store }, cancellationToken: Cancel)).Snapshots);
        await MakeAsync(_snapshots, a, "one");
        await MakeAsync(_snapshots, b, "one");
        await MakeAsync(_snapshots, a, "two");
        var listed = (await _snapshots.ListAsync(new ListSnapshotsRequest { Store = Store }, cancellationToken: Cancel)).Snapshots;
        Assert.Equal([(a, "one", 1L), (a, "two", 1L), (b, "one", 0L)], listed.Select(snapshot => (snapshot.Collection, snapshot.Name, snapshot.Items)).Order());
        Assert.All(listed, snapshot => Assert.True(snapshot.Complete));

        await RefusedAsync(StatusCode.AlreadyExists, _snapshots.CreateAsync(new CreateSnapshotRequest { Store = Store, Collection = a, Name = "one" }, cancellationToken: Cancel).ResponseAsync, "name");
        await _snapshots.DeleteAsync(new DeleteSnapshotRequest { Store = Store, Collection = a, Name = "one" }, cancellationToken: Cancel);
        Assert.False(Directory.Exists(Path.Combine(_backup.Path, a, "one")) && Directory.EnumerateFiles(Path.Combine(_backup.Path, a, "one"), "*", SearchOption.AllDirectories).Any());
        await RefusedAsync(StatusCode.NotFound, _snapshots.DeleteAsync(new DeleteSnapshotRequest { Store = Store, Collection = a, Name = "one" }, cancellationToken: Cancel).ResponseAsync, "name");
        await RefusedAsync(StatusCode.NotFound, _snapshots.GetAsync(new GetSnapshotRequest { Store = Store, Collection = a, Name = "one" }, cancellationToken: Cancel).ResponseAsync, "name");
        await MakeAsync(_snapshots, a, "one");
    }

    [Fact]
    public async Task AStore_IsOne_HoweverItIsSpelt()
    {
        var name = await _server.CreateAsync(shards: 8);
        await _server.UpsertAsync(name, Enumerable.Range(0, 100).Select(i => Requests.Item($"i{i}", 1, i, 0, 0)));
        string[] spellings = [Store, Store + "/", _backup.Path, _backup.Path + "/"];
        foreach (var store in spellings)
        {
            // The one that is being made is found, or it is there already: it is not made twice at the same time, which would delete half of it.
            try
            {
                await _snapshots.CreateAsync(new CreateSnapshotRequest { Store = store, Collection = name, Name = "one" }, cancellationToken: Cancel);
            }
            catch (RpcException e)
            {
                Assert.Equal(StatusCode.AlreadyExists, e.StatusCode);
            }
            await _snapshots.GetAsync(new GetSnapshotRequest { Store = store, Collection = name, Name = "one" }, cancellationToken: Cancel);
        }
        await Eventually.HoldsAsync(async () =>
            (await _snapshots.GetAsync(new GetSnapshotRequest { Store = Store, Collection = name, Name = "one" }, cancellationToken: Cancel)).Complete);
        await RestoreAsync(_server, name, "one", "again");
        Assert.Equal(100, await _server.CountAsync("again"));
    }

    [Theory]
    [InlineData("", "a", "store")]
    [InlineData("somewhere", "a", "store")]
    [InlineData("ftp://host/a", "a", "store")]
    [InlineData("file:///proc/nothing/here", "a", "store", StatusCode.Unavailable)]
    [InlineData(null, "a/b", "name")]
    [InlineData(null, "", "name")]
    public async Task Create_WhatCannotBe_IsRefused(string? store, string name, string field, StatusCode code = StatusCode.InvalidArgument)
    {
        var collection = await _server.CreateAsync();
        await RefusedAsync(code, _snapshots.CreateAsync(new CreateSnapshotRequest { Store = store ?? Store, Collection = collection, Name = name }, cancellationToken: Cancel).ResponseAsync, field);
    }

    [Fact]
    public async Task Restore_WhatCannotBe_IsRefused_AndWhatIsDamagedSaysSo_AndCanBeDropped()
    {
        var name = await _server.CreateAsync();
        await RefusedAsync(StatusCode.NotFound, _snapshots.CreateAsync(new CreateSnapshotRequest { Store = Store, Collection = "nothing", Name = "one" }, cancellationToken: Cancel).ResponseAsync, "collection");
        await RefusedAsync(StatusCode.NotFound, _snapshots.RestoreAsync(new RestoreSnapshotRequest { Store = Store, Collection = name, Name = "one" }, cancellationToken: Cancel).ResponseAsync, "name");
        await _server.UpsertAsync(name, Requests.Item("x", 1, 2, 3, 4));
        await MakeAsync(_snapshots, name, "one");
        await RefusedAsync(StatusCode.AlreadyExists, _snapshots.RestoreAsync(new RestoreSnapshotRequest { Store = Store, Collection = name, Name = "one" }, cancellationToken: Cancel).ResponseAsync, "name");

        var segment = Directory.EnumerateFiles(Path.Combine(_backup.Path, name, "one"), "*.seg", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(segment, Cancel);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, Cancel);
        await _snapshots.RestoreAsync(new RestoreSnapshotRequest { Store = Store, Collection = name, Name = "one", As = "broken" }, cancellationToken: Cancel);
        await Eventually.HoldsAsync(async () => (await _server.GetAsync(new GetCollectionRequest { Name = "broken" })).Restore is { Failure: var failure } && failure.Contains(Path.GetFileName(segment), StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<RpcException>(() => _server.CountAsync("broken"));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains("restored", refused.Status.Detail, StringComparison.Ordinal);
        await _server.DropAsync("broken");
        Assert.DoesNotContain(await _server.ListAsync(), collection => collection.Name == "broken");
    }

    [Fact]
    public async Task ARestoration_GoesOnAfterARestart()
    {
        var name = await _server.CreateAsync(shards: 8);
        await _server.UpsertAsync(name, Enumerable.Range(0, 200).Select(i => Requests.Item($"i{i}", 1, i, 0, 0)));
        await MakeAsync(_snapshots, name, "one");
        await _snapshots.RestoreAsync(new RestoreSnapshotRequest { Store = Store, Collection = name, Name = "one", As = "again" }, cancellationToken: Cancel);
        await _server.DisposeAsync();
        _server = await TestServer.StartAsync(_folder.Path);
        await Eventually.HoldsAsync(async () => (await _server.GetAsync(new GetCollectionRequest { Name = "again" })).Restore is null);
        Assert.Equal(200, await _server.CountAsync("again"));
    }

    private async Task<Snapshot> MakeAsync(Snapshots.SnapshotsClient snapshots, string collection, string name)
    {
        await snapshots.CreateAsync(new CreateSnapshotRequest { Store = Store, Collection = collection, Name = name }, cancellationToken: Cancel);
        Snapshot? made = null;
        await Eventually.HoldsAsync(async () =>
        {
            made = await snapshots.GetAsync(new GetSnapshotRequest { Store = Store, Collection = collection, Name = name }, cancellationToken: Cancel);
            Assert.Equal("", made.Error);
            return made.Complete;
        });
        return made!;
    }

    private async Task<Collection> RestoreAsync(TestServer server, string collection, string name, string newName)
    {
        var restored = await new Snapshots.SnapshotsClient(server.Channel).RestoreAsync(
            new RestoreSnapshotRequest { Store = Store, Collection = collection, Name = name, As = newName }, cancellationToken: Cancel);
        await Eventually.HoldsAsync(async () => (restored = await server.GetAsync(new GetCollectionRequest { Name = restored.Name })).Restore is null);
        return restored;
    }

    private static Task RefusedAsync<T>(StatusCode code, Task<T> call, string field) => Refusal.AssertAsync(code, call, field);
}
