using Grpc.Core;
using Manifold.Protocol.V1;
using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>Splitting the shards of a collection that is in use.</summary>
public sealed class SplitTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Split_UnderWritesAndReads_LosesNothing_AndFailsNoCall()
    {
        var name = await _server.CreateAsync(shards: 2);
        var written = 0;
        using var over = new CancellationTokenSource();
        var calls = Task.WhenAll(Task.Run(WriteAsync, Cancel), Task.Run(UpdateAsync, Cancel), Task.Run(ReadAsync, Cancel), Task.Run(SearchAsync, Cancel));
        await Eventually.HoldsAsync(() => Volatile.Read(ref written) > 300 || calls.IsCompleted);
        for (var shards = 4; shards <= 8; shards *= 2)
        {
            var split = await SplitAsync(name);
            Assert.Equal((shards / 2, shards), (split.ShardCount, split.Split.ShardCount));
            await UntilSplitAsync(name, shards);
            var before = Volatile.Read(ref written);
            await Eventually.HoldsAsync(() => Volatile.Read(ref written) > before + 100 || calls.IsCompleted);
        }
        await over.CancelAsync();
        await calls;

        await AssertHasAllAsync();
        await _server.DisposeAsync();
        _server = await StartAsync();
        Assert.Equal(8, (await _server.GetAsync(new GetCollectionRequest { Name = name })).ShardCount);
        await AssertHasAllAsync();
        Assert.Equal(8, (await _server.GetStatusAsync()).Shards.Count(shard => shard is { Items: > 0, State: "serving" }));

        async Task AssertHasAllAsync()
        {
            var items = await _server.ScrollAllAsync(name);
            Assert.Equal(Enumerable.Range(0, written).Select(Id).Order(StringComparer.Ordinal), items.Select(item => item.Id));
            Assert.All(items, item => Assert.Equal(item.Id, item.Attributes["of"].StringValue));
        }

        async Task WriteAsync()
        {
            while (!over.IsCancellationRequested)
            {
                var from = written;
                var items = Enumerable.Range(from, 7).Select(i => Requests.Item(Id(i), 1, i, 0, 0).With("of", Requests.Value(Id(i))));
                var response = await _server.UpsertAsync(Requests.Upsert(name, items));
                Assert.Empty(response.Errors);
                Volatile.Write(ref written, from + 7);
            }
        }

        async Task UpdateAsync()
        {
            while (!over.IsCancellationRequested)
            {
                if (Volatile.Read(ref written) is > 0 and var there)
                {
                    var id = Id(Random.Shared.Next(there));
                    var update = new AttributeUpdate { Id = id, Set = { ["seen"] = Requests.Value(true) } };
                    Assert.Empty((await _server.UpdateAttributesAsync(new UpdateAttributesRequest { Collection = name, Updates = { update } })).Errors);
                }
            }
        }

        async Task ReadAsync()
        {
            while (!over.IsCancellationRequested)
            {
                var there = Volatile.Read(ref written);
                Assert.True(await _server.CountAsync(name) >= there);
                var ids = Enumerable.Range(0, Math.Min(20, there)).Select(_ => Id(Random.Shared.Next(there))).Distinct().ToArray();
                if (ids.Length > 0)
                {
                    Assert.Equal(ids.Order(StringComparer.Ordinal), (await _server.GetAsync(new GetRequest { Collection = name, Ids = { ids } })).Select(item => item.Id).Order(StringComparer.Ordinal));
                }
            }
        }

        async Task SearchAsync()
        {
            while (!over.IsCancellationRequested)
            {
                // The greatest of them is the one that was written last.
                var there = Volatile.Read(ref written);
                var answer = await _server.QueryAsync(Requests.Query(name, 0, 1, 0, 0));
                Assert.Equal(answer.ShardsTotal, answer.ShardsAnswered);
                Assert.Equal(answer.Hits.Count, answer.Hits.Select(hit => hit.Item.Id).Distinct().Count());
                var nearest = answer.Hits.Count > 0 ? answer.Hits[0].Score : -1;
                if (nearest < there - 1)
                {
                    var again = await _server.QueryAsync(Requests.Query(name, 0, 1, 0, 0));
                    Assert.Fail($"{there} items, and the nearest found is {nearest} of {answer.Hits.Count} in {answer.ShardsTotal} shards; again: {again.Hits.Count} in {again.ShardsTotal}, {await _server.CountAsync(name)} items, {await _server.GetStatusAsync()}");
                }
            }
        }
    }

    [Fact]
    public async Task Split_OfTwice_IsTheSame_AndOfNothing_NotFound()
    {
        await Refusal.AssertAsync(StatusCode.NotFound, SplitAsync("nothing"), "name");
        var large = await _server.CreateAsync(shards: 1024);
        await Refusal.AssertAsync(StatusCode.InvalidArgument, SplitAsync(large), "name");
        await _server.DropAsync(large);
    }

    [Fact]
    public async Task ACollection_ThatWasSplit_IsCreatedAgainAsItWas_AndDroppedWhole()
    {
        var request = new CreateCollectionRequest { Name = TestServer.NewName(), ShardCount = 1, Spaces = { new Space { Dimension = 2 } } };
        await _server.CreateAsync(request);
        await _server.UpsertAsync(request.Name, Requests.Item("a", 1, 0), Requests.Item("b", 0, 1), Requests.Item("c", 1, 1));
        await SplitAsync(request.Name);
        await UntilSplitAsync(request.Name, 2);
        Assert.Equal(2, (await _server.CreateAsync(request)).ShardCount);
        Assert.Equal(3, await _server.CountAsync(request.Name));

        // And one that is dropped while it is split leaves nothing.
        await SplitAsync(request.Name);
        await _server.DropAsync(request.Name);
        await _server.CreateAsync(request);
        Assert.Equal(0, await _server.CountAsync(request.Name));
        await Eventually.HoldsAsync(() => Directory.EnumerateFileSystemEntries(_folder.Path, $"*{request.Name}*", SearchOption.AllDirectories).Count() <= 3);
    }

    private static string Id(int i) => $"item-{i:000000}";

    private Task<TestServer> StartAsync() => TestServer.StartAsync(_folder.Path, ("Manifold:Shards:SealAfterBytes", "65536"), ("Manifold:Shards:FollowInterval", "00:00:00.050"));

    private async Task<Collection> SplitAsync(string name) => await _server.Collections.SplitAsync(new SplitCollectionRequest { Name = name }, cancellationToken: Cancel);

    private Task UntilSplitAsync(string name, int shards) =>
        Eventually.HoldsAsync(async () => await _server.GetAsync(new GetCollectionRequest { Name = name }) is { Split: null } collection && collection.ShardCount == shards);
}
