using Manifold.Encoders.Tests;
using Manifold.Index;
using Manifold.Storage.Tests;

namespace Manifold.Grains.Tests;

/// <summary>Grains live on silos of their role, whoever calls them.</summary>
public sealed class RoleFilterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestBundle _bundle = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _bundle.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Call_TwoShardTwoEncoderOneGatewaySilos_GrainsLandWhereTheirRoleIs()
    {
        await using var cluster = await TestCluster.StartAsync(
            _folder.Path, null, _bundle, SiloRoles.Shard, SiloRoles.Encoder, SiloRoles.Gateway, SiloRoles.Shard, SiloRoles.Encoder);
        await cluster.Client.GetGrain<ICatalogGrain>(0).CreateAsync("things", [new SpaceInfo("default", 3, Metric.L2, "tests")], shardCount: 16, replicaCount: 2);

        // From every silo: a wrong placement would prefer the one that calls.
        var written = 0;
        foreach (var caller in new[] { SiloRoles.Gateway, SiloRoles.Shard, SiloRoles.Encoder })
        {
            var collection = await cluster.Service<CatalogCache>(caller).GetAsync("things");
            var writes = Enumerable.Range(0, 40)
                .Select(i => new ItemWrite(i, new Item { Id = $"{caller}-{i}", Vectors = new Dictionary<string, float[]>() }, EncodeContent.OfText($"text {i}")))
                .ToArray();
            var result = await cluster.UpsertAsync(caller, collection, writes);
            Assert.Empty(result.Failures);
            written += result.Written;
            for (var lane = 0; lane < EncoderClient.Lanes; lane++)
            {
                await cluster.Service<IGrainFactory>(caller).GetGrain<IEncoderGrain>(lane).ListBundlesAsync();
            }
            var coordinator = cluster.Service<IGrainFactory>(caller).GetGrain<ICoordinatorGrain>(0);

            // Any replica may be asked, and one that follows has it a moment later.
            await Eventually.HoldsAsync(async () => await coordinator.CountAsync(collection, null, Cancel) == written);
        }

        var activations = await cluster.GetActivationsAsync();
        Assert.Single(activations["CatalogGrain"]);
        Assert.Subset(cluster.Silos(SiloRoles.Shard).ToHashSet(), activations["CatalogGrain"].ToHashSet());
        Assert.Equal(cluster.Silos(SiloRoles.Shard).ToHashSet(), activations["ShardGrain"].ToHashSet());
        Assert.Equal(cluster.Silos(SiloRoles.Encoder).ToHashSet(), activations["EncoderGrain"].ToHashSet());
        Assert.Equal([cluster.Silo(SiloRoles.Gateway)], activations["CoordinatorGrain"].Distinct());
    }

    [Fact]
    public async Task Call_SilosWithSeveralRoles_EachRoleCounts()
    {
        const SiloRoles Both = SiloRoles.Shard | SiloRoles.Gateway;
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, _bundle, Both, SiloRoles.Encoder);
        await cluster.Client.GetGrain<ICatalogGrain>(0).CreateAsync("things", [new SpaceInfo("default", 3, Metric.L2, "")], shardCount: 4);
        var collection = await cluster.Service<CatalogCache>(SiloRoles.Encoder).GetAsync("things");
        Assert.Equal(0, await cluster.Client.GetGrain<ICoordinatorGrain>(0).CountAsync(collection, null, Cancel));

        var activations = await cluster.GetActivationsAsync();
        Assert.All(["ShardGrain", "CatalogGrain", "CoordinatorGrain"], grain => Assert.Equal([cluster.Silo(Both)], activations[grain].Distinct()));
        Assert.Equal(["shard", "gateway"], cluster.Service<SiloRolesReader>(SiloRoles.Encoder).Read(cluster.Silo(Both)));
        Assert.Empty(cluster.Service<SiloRolesReader>(SiloRoles.Encoder).Read(SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1)));
    }

    [Fact]
    public async Task Encode_NoEncoderSilo_UnavailableInWords()
    {
        await using var cluster = await TestCluster.StartAsync(_folder.Path, null, null, SiloRoles.Shard | SiloRoles.Gateway);
        var encoders = cluster.Service<EncoderClient>(SiloRoles.Shard | SiloRoles.Gateway);
        var failure = await Assert.ThrowsAsync<ManifoldException>(() => encoders.EncodeAsync("tests", [EncodeContent.OfText("a")], Cancel));
        Assert.Equal(ErrorKind.Unavailable, failure.Kind);
        Assert.Contains("encoder role", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.RetryAfter);
    }
}
