using System.Diagnostics;
using System.Text.Json;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>
/// Clusters of real processes over a real redis-server to which things happen under writes and searches. Each ends with: everything acknowledged is there and nothing else, no id twice,
/// replicas agree, recall is as before. <c>MANIFOLD_SEED</c> sets the seed (a new one each time). How fast all this is, the storm reports.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class ClusterTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ShardSilosAndAGatewayKilled_NothingIsLost_AndSearchesGoOn()
    {
        var report = await WithStormAsync(new StormOptions(), async storm =>
        {
            var victims = storm.Cluster.Silos.Where(silo => silo.IsShard).Append(storm.Cluster.Gateways.Last()).ToArray();
            storm.Random.Shuffle(victims);
            foreach (var victim in victims)
            {
                await storm.KillAsync(victim);
                await Task.Delay(TimeSpan.FromSeconds(storm.Random.NextDouble() * 3), Cancel);
                await storm.StartAgainAsync(victim, Cancel);
                await storm.UntilAgreedAsync(Cancel);
            }
        });
        AssertSearched(report);
    }

    [Fact]
    public async Task RedisKilledAndBack_NothingIsLost_SearchesGoOnFromMemory_AndWritesResume()
    {
        var report = await WithStormAsync(new StormOptions(), async storm =>
        {
            for (var i = 0; i < 2; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
                await storm.Cluster.Redis.KillAsync();
                await Task.Delay(TimeSpan.FromSeconds(3 * storm.Random.NextDouble()), Cancel);
                await storm.Cluster.Redis.StartAgainAsync();
                await storm.UntilAgreedAsync(Cancel);
            }
        });
        AssertSearched(report);
    }

    [Fact]
    public async Task EverySiloRestartedInTurn_NothingIsLost_AndSearchesGoOn()
    {
        var report = await WithStormAsync(new StormOptions(), async storm =>
        {
            foreach (var silo in storm.Cluster.Silos.ToArray())
            {
                await storm.RestartAsync(silo, Cancel);
            }
        });
        AssertSearched(report);
    }

    [Fact]
    public async Task ASiloThatJoinsGetsItsShare_AndOneThatLeavesHandsItOver()
    {
        await WithStormAsync(new StormOptions { ShardSilos = 2 }, async storm =>
        {
            var joined = await storm.Cluster.AddAsync("shard", Cancel);
            await UntilHoldsAsync(storm, joined.Name, held => held is > 0 and < 32);
            await storm.UntilAgreedAsync(Cancel);
            var first = storm.Cluster.Shards.First();
            await storm.LeaveAsync(first, Cancel);
            await UntilHoldsAsync(storm, first.Name, held => held == 0);
        });
    }

    [Fact]
    public async Task APausedSilo_LosesItsShards_AndDoesNoHarmWhenItGoesOn()
    {
        await WithStormAsync(new StormOptions(), async storm =>
        {
            var paused = storm.Cluster.Shards.ElementAt(storm.Random.Next(3));
            paused.Pause();
            await Task.Delay(TimeSpan.FromSeconds(8), Cancel);
            paused.Continue();
            await Task.Delay(TimeSpan.FromSeconds(3), Cancel);

            // Orleans ends a silo that was declared dead; what started it would start it again.
            await storm.LookAfterAsync(Cancel);
        });
    }

    [Fact]
    public async Task ShardsAreSplit_WhileASiloIsKilled_AndNothingIsLost()
    {
        var report = await WithStormAsync(new StormOptions { Shards = 4 }, async storm =>
        {
            for (var i = 0; i < 2; i++)
            {
                var splitting = storm.SplitAsync(Cancel);
                var victim = storm.Cluster.Shards.ElementAt(storm.Random.Next(3));
                await Task.Delay(TimeSpan.FromSeconds(0.7 * storm.Random.NextDouble()), Cancel);
                await storm.KillAsync(victim);
                await splitting;
                await storm.StartAgainAsync(victim, Cancel);
                await storm.UntilAgreedAsync(Cancel);
            }
        });
        AssertSearched(report);
        Assert.Equal(2, report.Splits);
    }

    [Fact]
    public async Task ItemsAreEncodedForAnotherSpace_WhileEachShardSiloIsKilled_AndNoneIsLeftOut()
    {
        const int Count = 2000;
        await using var cluster = await ClusterProcesses.StartAsync(shards: 3, gateways: 1, [], Cancel);
        await cluster.AddAsync("encoder", Cancel);
        await cluster.Collections.CreateAsync(
            new CreateCollectionRequest { Name = "texts", Spaces = { new Space { Encoder = "manifold-cca" } }, ShardCount = 4, ReplicaCount = 2 }, cancellationToken: Cancel);
        var items = new Items.ItemsClient(cluster.Gateways.First().Channel);
        foreach (var some in Enumerable.Range(0, Count).Chunk(500))
        {
            var request = new UpsertRequest { Collection = "texts", Items = { some.Select(i => new ItemInput { Item = new Item { Id = $"{i}" }, Content = new Content { Text = $"picture {i} of a red car" } }) } };
            Assert.Empty((await items.UpsertAsync(request, cancellationToken: Cancel)).Errors);
        }
        await cluster.Collections.AddSpaceAsync(
            new AddSpaceRequest { Name = "texts", Space = new Space { Name = "second", Encoder = "manifold-mini" }, Rate = 40 }, cancellationToken: Cancel);
        foreach (var victim in cluster.Shards.ToArray())
        {
            await UntilAsync(cluster, (before, now) => now.Encoded > before.Encoded);
            await victim.KillAsync();
            await victim.StartAsync(Cancel);
            await victim.UntilHealthyAsync(Cancel);
        }
        Assert.False((await GetAsync(cluster)).Complete, "it was under way when they were killed");
        await cluster.Collections.AddSpaceAsync(new AddSpaceRequest { Name = "texts", Space = new Space { Name = "second", Encoder = "manifold-mini" } }, cancellationToken: Cancel);
        await UntilAsync(cluster, (_, now) => now.Complete);
        var done = await GetAsync(cluster);
        Assert.Equal((Count, Count, 0), (done.Items, done.Encoded, done.Failed));
        await cluster.Collections.SwitchSpaceAsync(new SwitchSpaceRequest { Name = "texts", Space = "second" }, cancellationToken: Cancel);
        var query = new QueryRequest { Collection = "texts", Parts = { new QueryPart { Text = "picture 7 of a red car" } }, Limit = Count, Exact = true };
        Assert.Equal(Count, (await new Search.SearchClient(cluster.Gateways.First().Channel).QueryAsync(query, cancellationToken: Cancel)).Hits.Count);
    }

    [Fact]
    public async Task WithoutAnEncoderSilo_TextsAreRefusedAtOnce_AndVectorsAreSearched()
    {
        await using var cluster = await ClusterProcesses.StartAsync(shards: 1, gateways: 1, [], Cancel);
        var encoder = await cluster.AddAsync("encoder", Cancel);
        var channel = cluster.Gateways.First().Channel;
        await cluster.Collections.CreateAsync(new CreateCollectionRequest { Name = "texts", Spaces = { new Space { Encoder = "manifold-mini" } } }, cancellationToken: Cancel);
        var items = new Items.ItemsClient(channel);
        var written = await items.UpsertAsync(
            new UpsertRequest { Collection = "texts", Items = { new ItemInput { Item = new Item { Id = "a" }, Content = new Content { Text = "a red car" } } } }, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: Cancel);
        Assert.Empty(written.Errors);
        await encoder.KillAsync();

        var search = new Search.SearchClient(channel);
        var text = new QueryRequest { Collection = "texts", Parts = { new QueryPart { Text = "a car" } } };
        var clock = Stopwatch.StartNew();
        RpcException refused;
        do
        {
            refused = await Assert.ThrowsAsync<RpcException>(async () => await search.QueryAsync(text, deadline: DateTime.UtcNow.AddSeconds(20), cancellationToken: Cancel));
        }
        while (!refused.Status.Detail.Contains("encoder", StringComparison.Ordinal) && clock.Elapsed < TimeSpan.FromSeconds(30));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains("start one with the encoder role", refused.Status.Detail, StringComparison.Ordinal);

        var vector = (await items.GetAsync(new GetRequest { Collection = "texts", Ids = { "a" }, WithVectors = true }, cancellationToken: Cancel)).Items[0].Vectors["default"];
        var hits = await search.QueryAsync(new QueryRequest { Collection = "texts", Parts = { new QueryPart { Vector = vector } } }, cancellationToken: Cancel);
        Assert.Equal("a", Assert.Single(hits.Hits).Item.Id);
    }

    [Fact]
    public async Task Acknowledgements_NameTheLevelThatWasReached()
    {
        await using var cluster = await ClusterProcesses.StartAsync(shards: 2, gateways: 1, [], Cancel);
        await cluster.Collections.CreateAsync(
            new CreateCollectionRequest { Name = "levels", Spaces = { new Space { Dimension = KillItems.Dimension } }, ShardCount = 1, ReplicaCount = 2 }, cancellationToken: Cancel);
        var items = new Items.ItemsClient(cluster.Gateways.First().Channel);
        Assert.Equal(Acknowledgement.Durable, await WriteAsync(Acknowledgement.Durable));
        Assert.Equal(Acknowledgement.Applied, await WriteAsync(Acknowledgement.Unspecified));
        Assert.Equal(Acknowledgement.Replicated, await WriteAsync(Acknowledgement.Replicated));

        // A collection that is dropped leaves nothing behind, and nobody takes its log for one that lost something.
        await cluster.Collections.CreateAsync(
            new CreateCollectionRequest { Name = "dropped", Spaces = { new Space { Dimension = KillItems.Dimension } }, ShardCount = 2, ReplicaCount = 2 }, cancellationToken: Cancel);
        await items.UpsertAsync(new UpsertRequest { Collection = "dropped", Items = { KillItems.Make("a", 1), KillItems.Make("b", 2), KillItems.Make("c", 3) }, Acknowledgement = Acknowledgement.Replicated }, cancellationToken: Cancel);
        await cluster.Collections.DropAsync(new DropCollectionRequest { Name = "dropped" }, cancellationToken: Cancel);
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        Assert.DoesNotContain("are lost", cluster.Log, StringComparison.Ordinal);
        await using (var hand = await cluster.Redis.ConnectByHandAsync())
        {
            Assert.DoesNotContain(hand.GetServers()[0].Keys(pattern: "*dropped*"), _ => true);
        }

        // Both ranks come to be on one silo: that is one replica.
        await cluster.Shards.First().StopAsync(Cancel);
        Assert.Equal(Acknowledgement.Applied, await WriteAsync(Acknowledgement.Replicated));

        async Task<Acknowledgement> WriteAsync(Acknowledgement level)
        {
            var request = new UpsertRequest { Collection = "levels", Items = { KillItems.Make("a", 1) }, Acknowledgement = level };
            return (await items.UpsertAsync(request, deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: Cancel)).Acknowledgement;
        }
    }

    private static async Task<CollectionReencoding> GetAsync(ClusterProcesses cluster) =>
        (await cluster.Collections.GetAsync(new GetCollectionRequest { Name = "texts" }, deadline: DateTime.UtcNow.AddSeconds(60), cancellationToken: Cancel)).Reencoding;

    private static async Task UntilAsync(ClusterProcesses cluster, Func<CollectionReencoding, CollectionReencoding, bool> isEnough)
    {
        var before = await GetAsync(cluster);
        var clock = Stopwatch.StartNew();
        while (await GetAsync(cluster) is var now && !isEnough(before, now))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), $"{now}\n{cluster.Log}");
            await Task.Delay(100, Cancel);
        }
    }

    /// <summary>Nearly all: on a machine that is busy with other things one may take longer than its deadline.</summary>
    private static void AssertSearched(StormReport report) => Assert.True(report.SearchSuccess >= 0.9, $"{report.SearchSuccess:P2} of searches succeeded");

    private static async Task UntilHoldsAsync(Storm storm, string silo, Func<int, bool> isEnough)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var status = await storm.Cluster.Gateways.First().Cluster.StatusAsync(new StatusRequest(), deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: Cancel);
            var held = status.Shards.Count(shard => shard.Silo == silo);
            if (isEnough(held) && status.Shards.All(shard => shard.State == "serving"))
            {
                return;
            }
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{silo} holds {held} replicas: {status}");
            await Task.Delay(500, Cancel);
        }
    }

    private async Task<StormReport> WithStormAsync(StormOptions options, Func<Storm, Task> events)
    {
        options = options with
        {
            Seed = Environment.GetEnvironmentVariable("MANIFOLD_SEED") is { Length: > 0 } seed ? int.Parse(seed, null) : Random.Shared.Next(),
            Report = output.WriteLine,
        };
        output.WriteLine($"seed {options.Seed}");
        await using var storm = await Storm.StartAsync(options, Cancel);
        try
        {
            await events(storm);
            var report = await storm.FinishAsync(Cancel);
            output.WriteLine(JsonSerializer.Serialize(report));
            Assert.Empty(report.Findings);
            Assert.True(report.IsGood);
            Assert.True(report.Acknowledged > 100, "there was something to lose");
            return report;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"seed {options.Seed}: {e.Message}\n{string.Join('\n', storm.Cluster.Log.Split('\n').TakeLast(400))}", e);
        }
    }
}
