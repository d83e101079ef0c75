using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text;
using Manifold.Index;
using Manifold.Shards;
using Manifold.Storage.Tests;

namespace Manifold.Grains.Tests;

/// <summary>A replica that has come to differ from its leader is found and made anew.</summary>
public sealed class ReplicaWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AReplicaThatDiffers_IsMadeAnew_AndCounted()
    {
        var results = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "manifold.replicas.compared")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            lock (results)
            {
                foreach (var tag in tags)
                {
                    if (tag is { Key: "result", Value: string result })
                    {
                        results[result] = results.GetValueOrDefault(result) + count;
                    }
                }
            }
        });
        listener.Start();

        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, null, SiloRoles.Shard | SiloRoles.Gateway, SiloRoles.Shard | SiloRoles.Gateway);
        await cluster.Client.GetGrain<ICatalogGrain>(0).CreateAsync("things", [new SpaceInfo("default", 2, Metric.L2, "")], shardCount: 1, replicaCount: 2);
        var silo = cluster.Silos(SiloRoles.Shard)[0];
        var collection = await cluster.Service<CatalogCache>(silo).GetAsync("things");
        var writes = Enumerable.Range(0, 20).Select(i => new ItemWrite(i, new Item { Id = $"i{i}", Vectors = new Dictionary<string, float[]> { ["default"] = [i, 1] } }, null)).ToArray();
        var writer = cluster.Service<ItemWriter>(silo);
        var prepared = await writer.PrepareUpsertAsync(collection, writes, new WriterSequence("", 0), Cancel);
        Assert.Empty((await writer.WriteAsync(prepared, Acknowledgement.Replicated, Cancel)).Failures);
        await Eventually.HoldsAsync(() => CountOf("same") > 0);

        // An item is lost from the memory of the one that follows.
        var follower = Assert.Single(Engines(), engine => !engine.IsLeading);
        var index = (IndexWriter)typeof(ShardEngine).GetField("_index", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(follower)!;
        Assert.True(index.Delete(Encoding.UTF8.GetBytes("i7")));
        index.Publish();
        await Eventually.HoldsAsync(() => CountOf("differs") > 0);
        await Eventually.HoldsAsync(() => Engines().All(engine => engine.GetState().Items == 20));
        Assert.True(follower.IsClosed);

        long CountOf(string result)
        {
            lock (results)
            {
                return results.GetValueOrDefault(result);
            }
        }

        ShardEngine[] Engines() => [.. cluster.Silos(SiloRoles.Shard).Select(address => cluster.Service<ShardHost>(address).TryGet($"{collection.Id}/0")).OfType<ShardEngine>()];
    }
}
