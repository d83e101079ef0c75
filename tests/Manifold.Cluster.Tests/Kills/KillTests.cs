using System.Globalization;
using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>SIGKILL in the middle of ingest. <c>MANIFOLD_KILLS</c> sets how many (50), <c>MANIFOLD_SEED</c> the seed (a new one each time).</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    /// <summary>Small enough that segments are sealed, their manifests stored and logs truncated all the time.</summary>
    private static readonly (string, string)[] SealOften = [("Manifold:Shards:SealAfterBytes", "32768")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ingest_ServerKilledAtRandomMoments_NothingAcknowledgedIsLost()
    {
        var kills = Setting("MANIFOLD_KILLS") ?? 50;
        var seed = Setting("MANIFOLD_SEED") ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        (string Name, int Shards)[] collections = [("one", 1), ("three", 3)];
        KilledWriter[] writers = [.. Enumerable.Range(0, 6).Select(i => new KilledWriter(collections[i % 2].Name, $"writer-{i}", random.Next()))];
        var catalog = new KilledCatalog();
        var acknowledged = 0;
        var segments = 0;
        for (var kill = 0; kill <= kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(folder.Path, SealOften);
            try
            {
                if (kill == 0)
                {
                    await CreateAsync(server, collections);
                }
                await VerifyAsync(server, collections, writers, catalog);
                if (kill < kills)
                {
                    acknowledged += await WriteUntilKilledAsync(server, writers, catalog, random);
                    continue;
                }
                var status = await server.Cluster.StatusAsync(new StatusRequest(), cancellationToken: Cancel);
                Assert.All(status.Shards, shard => Assert.Equal(("serving", ""), (shard.State, shard.Reason)));
                segments = status.Shards.Sum(shard => shard.Segments);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"after {kill} kills, seed {seed}: {e.Message}\nthe server's log:\n{server.Log}", e);
            }
        }
        output.WriteLine($"{kills} kills, {acknowledged} acknowledged writes, {segments} segments, 0 lost");
        Assert.True(acknowledged > kills, "there was something to lose");
        Assert.True(segments > 0, "segments were sealed");
    }

    /// <summary>Kills the server a moment after a random number of acknowledgements, so that a slow machine has as much at stake as a fast one.</summary>
    private static async Task<int> WriteUntilKilledAsync(ServerProcess server, KilledWriter[] writers, KilledCatalog catalog, Random random)
    {
        var left = random.Next(1, 150);
        var acknowledged = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] work = [.. writers.Select(w => w.RunAsync(server, Acknowledge, Cancel)), catalog.RunAsync(server, Acknowledge, Cancel)];
        await Task.WhenAny([enough.Task, .. work]);
        await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 30), Cancel);
        await server.KillAsync();
        await Task.WhenAll(work);
        return acknowledged;

        void Acknowledge()
        {
            if (Interlocked.Increment(ref acknowledged) == left)
            {
                enough.TrySetResult();
            }
        }
    }

    private static async Task VerifyAsync(ServerProcess server, (string Name, int Shards)[] collections, KilledWriter[] writers, KilledCatalog catalog)
    {
        var listed = (await server.Collections.ListAsync(new ListCollectionsRequest(), cancellationToken: Cancel)).Collections.Select(c => c.Name).ToHashSet();
        Assert.All(collections, c => Assert.Contains(c.Name, listed));
        Assert.All(listed.Except(collections.Select(c => c.Name)), name => Assert.True(catalog.Knows(name), $"nobody created {name}"));
        var read = await Task.WhenAll(listed.Select(async name => (Name: name, Items: await KillItems.ReadAllAsync(server, name, Cancel))));
        var found = read.ToDictionary(r => r.Name, r => r.Items);
        foreach (var (name, _) in collections)
        {
            var own = writers.Where(w => w.Collection == name).ToArray();
            Assert.All(found[name].Keys, id => Assert.True(own.Any(w => w.Wrote(id)), $"nobody sent {name}/{id}"));
            Assert.All(own, writer => writer.Verify(found[name]));
        }
        catalog.Verify(found);
    }

    private static async Task CreateAsync(ServerProcess server, (string Name, int Shards)[] collections)
    {
        foreach (var (name, shards) in collections)
        {
            var space = new Space { Dimension = KillItems.Dimension, Metric = Metric.InnerProduct };
            await server.Collections.CreateAsync(new CreateCollectionRequest { Name = name, ShardCount = shards, Spaces = { space } }, cancellationToken: Cancel);
        }
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
