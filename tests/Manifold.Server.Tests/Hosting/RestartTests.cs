using Grpc.Core;
using Manifold.Encoders.Tests;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>A server that is stopped and started again on its folder.</summary>
public sealed class RestartTests
{
    private static readonly (string, string)[] SealOften = [("Manifold:Shards:SealAfterBytes", "8192")];

    [Fact]
    public async Task Start_FolderOfAnEarlierServer_EverythingIsThere()
    {
        using var folder = new TemporaryFolder();
        Collection small, large;
        List<Item> smallItems, largeItems;
        WriteResponse last;
        var write = Requests.Upsert("small", Requests.Item("written last", 1, 2)).By("w", 7);
        await using (var server = await TestServer.StartAsync(folder.Path, SealOften))
        {
            small = await server.CreateAsync(new CreateCollectionRequest { Name = "small", Spaces = { new Space { Dimension = 2, Metric = Metric.L2 } } });
            large = await server.CreateAsync(
                new CreateCollectionRequest { Name = "large", ShardCount = 5, Spaces = { new Space { Dimension = 16 }, new Space { Name = "second", Dimension = 1 } } });
            await server.CreateAsync(new CreateCollectionRequest { Name = "dropped", Spaces = { new Space { Dimension = 2 } } });
            await server.UpsertAsync("dropped", Requests.Item("a", 1, 2));
            await server.DropAsync("dropped");
            for (var round = 0; round < 10; round++)
            {
                await server.UpsertAsync("large", Enumerable.Range(0, 100).Select(i =>
                    Requests.Item($"{(i * (round + 1)) % 700}", Enumerable.Range(0, 16).Select(d => (float)(i + d + round + 1)))
                        .With("round", Requests.Value(round))
                        .With("time", Requests.Value(new DateTimeOffset(2024, 1, 1, 0, 0, round, TimeSpan.Zero)))).DistinctBy(i => i.Item.Id));
                await server.DeleteAsync("large", Enumerable.Range(0, 10).Select(i => $"{i * round}"));
            }
            last = await server.UpsertAsync(write);
            (smallItems, largeItems) = (await server.ScrollAllAsync("small", withVectors: true), await server.ScrollAllAsync("large", withVectors: true));
        }

        for (var restart = 0; restart < 2; restart++)
        {
            await using var server = await TestServer.StartAsync(folder.Path, SealOften);
            Assert.Equal([large, small], await server.ListAsync());
            Assert.Equal(largeItems, await server.ScrollAllAsync("large", withVectors: true));
            Assert.Equal(smallItems, await server.ScrollAllAsync("small", withVectors: true));
            Assert.Equal(last, await server.UpsertAsync(write));
            await Refusal.AssertAsync(
                StatusCode.FailedPrecondition, server.UpsertAsync(Requests.Upsert("small", Requests.Item("late", 1, 2)).By("w", 6)), "writer.sequence");

            var shards = (await server.GetStatusAsync()).Shards;
            Assert.All(shards, s => Assert.Equal("serving", s.State));
            Assert.Contains(shards, s => s.Segments > 0);
            var query = Requests.Query("large", Enumerable.Repeat(1f, 16));
            query.Limit = 1000;
            query.WithVectors = true;
            var hits = (await server.QueryAsync(query)).Hits;
            Assert.Equal(largeItems.Select(i => i.Id).Order(StringComparer.Ordinal), hits.Select(h => h.Item.Id).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Start_BundleOfACollectionIsGone_ItsItemsAreThereAndContentIsRefused()
    {
        using var folder = new TemporaryFolder();
        using var bundle = new TestBundle();
        await using (var server = await TestServer.StartAsync(folder.Path, ("Manifold:Encoders:BundleFolders:0", bundle.Folder)))
        {
            await server.CreateAsync(new CreateCollectionRequest { Name = "media", Spaces = { new Space { Encoder = "tests" } } });
            await server.UpsertAsync("media", Requests.Of("a", Requests.Text("a dog")));
        }

        await using var without = await TestServer.StartAsync(folder.Path);
        Assert.Equal("a", Assert.Single((await without.QueryAsync(Requests.Query("media", 1, 1, 1))).Hits).Item.Id);
        var refusal = await Refusal.OfAsync(without.UpsertAsync("media", Requests.Of("b", Requests.Text("a cat"))));
        Assert.Equal(StatusCode.FailedPrecondition, refusal.Code);
        Assert.Contains("tests", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await without.CountAsync("media"));
    }

    [Fact]
    public async Task Dispose_WritesUnderWay_AreAcknowledgedAndThereOrRefused()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = 0;
        var server = await TestServer.StartAsync(folder.Path, SealOften);
        await server.CreateAsync(new CreateCollectionRequest { Name = "c", Spaces = { new Space { Dimension = 2, Metric = Metric.L2 } } });
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    await server.UpsertAsync("c", Requests.Item($"{writer}/{i}", 1, 2));
                    if (Interlocked.Increment(ref acknowledged) == 100)
                    {
                        started.SetResult();
                    }
                }
            }
            catch (Exception e) when (e is RpcException or ObjectDisposedException)
            {
                // The server is stopping.
            }
        }));
        await started.Task;
        await server.DisposeAsync();
        await writing;

        await using var next = await TestServer.StartAsync(folder.Path, SealOften);
        Assert.InRange(await next.CountAsync("c"), acknowledged, acknowledged + 8);
    }
}
