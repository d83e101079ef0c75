using Manifold.Storage.Tests;

namespace Manifold.Cluster.Tests;

/// <summary>What keeps a silo from starting: it ends with 1 and a message that names the key, the address or the setting.</summary>
[Collection(AloneCollection.Name)]
public sealed class ClusterStartTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UnreachableRedis_IsNamed() =>
        await RefusedAsync([("ConnectionStrings__redis", "127.0.0.1:1,connectTimeout=500,password=secret"), ("Manifold__SegmentStore", "file:///tmp")], ["ConnectionStrings:redis", "127.0.0.1:1"], "secret");

    [Fact]
    public async Task WhatIsNotSaid_OrWrong_IsNamed()
    {
        await using var redis = await RedisServer.StartAsync();
        await RefusedAsync([("ConnectionStrings__redis", redis.Endpoint)], ["Manifold:SegmentStore", "file:///"]);
        await RefusedAsync([("Orleans__Clustering__ProviderType", "Redis")], ["ConnectionStrings:redis is not set"]);
        await RefusedAsync([("ConnectionStrings__redis", redis.Endpoint), ("Manifold__Roles", "shard,dancer")], ["Manifold:Roles", "dancer", "shard, encoder and gateway"]);
        await RefusedAsync([("ConnectionStrings__redis", redis.Endpoint), ("Orleans__Clustering__ProviderType", "AzureTable")], ["Orleans:Clustering:ProviderType", "AzureTable", "Redis"]);
        await RefusedAsync([("Manifold__Roles", "shard")], ["Manifold:Roles", "ConnectionStrings:redis"]);
    }

    [Fact]
    public async Task RedisThatKeepsLessThanItAcknowledges_IsRefusedByTheSetting()
    {
        await using var redis = await RedisServer.StartAsync("--appendfsync", "everysec", "--maxmemory-policy", "allkeys-lru");
        await RefusedAsync([("ConnectionStrings__redis", redis.Endpoint), ("Manifold__SegmentStore", "file:///tmp")], ["appendfsync", "everysec", "always", "maxmemory-policy", "noeviction"]);
    }

    [Fact]
    public async Task AnotherStore_AnotherClusterId_AndAFolderInUse_AreRefused()
    {
        await using var cluster = await ClusterProcesses.StartAsync(shards: 1, gateways: 0, [], Cancel);
        using var elsewhere = new TemporaryFolder();
        await RefusedAsync(cluster.Create("shard", ("Manifold__SegmentStore", elsewhere["segments"])), [elsewhere["segments"], "All silos of a cluster need the same store"]);
        await RefusedAsync(cluster.Create("shard", ("Orleans__ClusterId", "another")), ["Manifold:SegmentStore", "another", "manifold"]);
        await RefusedAsync(cluster.Create("shard", ("Manifold__Data", cluster.Shards.First().Folder)), [cluster.Shards.First().Folder, "in use"], folder: cluster.Shards.First().Folder);
    }

    private static async Task RefusedAsync(SiloProcess silo, string[] words, string? folder = null)
    {
        await using (silo)
        {
            await using var process = silo.Launch(folder);
            await RefusedAsync(process, words);
        }
    }

    private static async Task RefusedAsync((string Key, string Value)[] settings, string[] words, params string[] never)
    {
        using var folder = new TemporaryFolder();
        await using var process = ServerProcess.Launch(folder["data"], port: 7999, settings);
        var errors = await RefusedAsync(process, words);
        Assert.All(never, word => Assert.DoesNotContain(word, errors, StringComparison.Ordinal));
    }

    private static async Task<string> RefusedAsync(ToolProcess process, string[] words)
    {
        var (code, _, errors) = await process.WaitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(1, code);
        Assert.All(words, word => Assert.Contains(word, errors, StringComparison.Ordinal));
        return errors;
    }
}
