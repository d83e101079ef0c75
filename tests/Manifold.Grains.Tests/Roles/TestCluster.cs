using Manifold.Encoders;
using Manifold.Encoders.Tests;
using Manifold.Shards;
using Manifold.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;

namespace Manifold.Grains.Tests;

/// <summary>Silos with roles in this process, on one folder.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly IReadOnlyList<IAsyncDisposable> _owned;
    private readonly IReadOnlyDictionary<SiloAddress, SiloRoles> _roles;

    private TestCluster(InProcessTestCluster cluster, IReadOnlyList<IAsyncDisposable> owned, IReadOnlyDictionary<SiloAddress, SiloRoles> roles) =>
        (_cluster, _owned, _roles) = (cluster, owned, roles);

    public IReadOnlyDictionary<SiloAddress, SiloRoles> Roles => _roles;

    /// <summary>What calls from outside use.</summary>
    public IGrainFactory Client => _cluster.Client;

    /// <param name="folder">The data folder.</param>
    /// <param name="wrapLogs">Puts something around the logs, to make them fail.</param>
    /// <param name="bundle">A bundle for encoder silos, or none.</param>
    /// <param name="roles">The roles of each silo.</param>
    public static Task<TestCluster> StartAsync(
        string folder, Func<IShardLogProvider, IShardLogProvider>? wrapLogs, TestBundle? bundle, params SiloRoles[] roles) =>
        StartAsync(folder, wrapLogs, roles, bundle is null ? [] : [bundle]);

    public static async Task<TestCluster> StartAsync(
        string folder, Func<IShardLogProvider, IShardLogProvider>? wrapLogs, SiloRoles[] roles, params TestBundle[] bundles)
    {
        var logs = new FileShardLogProvider(new FileLogOptions { DataFolder = folder });
        var storage = new SiloStorage(
            wrapLogs?.Invoke(logs) ?? logs,
            new FolderSegmentStore(Path.Combine(folder, "segments")),
            new FileDocumentStore(Path.Combine(folder, "state")));
        var encoders = new EncoderPool(new EncoderOptions { Device = EncoderDevice.Cpu, BundleFolders = [.. bundles.Select(bundle => bundle.Folder)] });

        var names = new Dictionary<string, SiloRoles>();
        var isReplicated = roles.Count(role => role.HasFlag(SiloRoles.Shard)) > 1;
        var builder = new InProcessTestClusterBuilder((short)roles.Length);
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        builder.ConfigureSilo((options, silo) =>
        {
            SiloRoles own;
            lock (names)
            {
                names.TryAdd(options.SiloName, roles[names.Count % roles.Length]);
                own = names[options.SiloName];
            }
            silo.Services.AddSingleton(new PlacementOptions { CompareEvery = TimeSpan.FromMilliseconds(100) });
            silo.AddManifold(own, storage, new ShardOptions(), own.HasFlag(SiloRoles.Encoder) ? encoders : null, isReplicated);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var started = new TestCluster(cluster, [encoders, logs], cluster.Silos.ToDictionary(s => s.SiloAddress, s => names[s.Name]));
        await started.WaitForRolesAsync();
        return started;
    }

    /// <summary>The silo of exactly these roles.</summary>
    public SiloAddress Silo(SiloRoles roles) => _roles.Single(r => r.Value == roles).Key;

    /// <summary>The silos that have a role.</summary>
    public IReadOnlyList<SiloAddress> Silos(SiloRoles role) => [.. _roles.Where(r => r.Value.HasFlag(role)).Select(r => r.Key)];

    /// <summary>A service of a silo of exactly these roles.</summary>
    public T Service<T>(SiloRoles roles)
        where T : notnull => Service<T>(_roles.First(r => r.Value == roles).Key);

    public T Service<T>(SiloAddress silo)
        where T : notnull => _cluster.GetSiloServiceProvider(silo).GetRequiredService<T>();

    /// <summary>Writes items without a writer's identity, from the silo of these roles.</summary>
    public async Task<BatchResult> UpsertAsync(SiloRoles caller, CollectionInfo collection, params IReadOnlyList<ItemWrite> writes)
    {
        var cancel = TestContext.Current.CancellationToken;
        var writer = Service<ItemWriter>(caller);
        var prepared = await writer.PrepareUpsertAsync(collection, writes, new WriterSequence("", 0), cancel);
        return await writer.WriteAsync(prepared, Manifold.Shards.Acknowledgement.Applied, cancel);
    }

    /// <summary>Where activations of a grain class are: its class's name and the silos.</summary>
    public async Task<ILookup<string, SiloAddress>> GetActivationsAsync()
    {
        var statistics = await Client.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(s => s.ActivationCount > 0).ToLookup(s => s.GrainType.Split(',')[0].Split('.')[^1], s => s.SiloAddress);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    /// <summary>Waits until every silo knows the roles of all: they come with the membership.</summary>
    private async Task WaitForRolesAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var readers = _roles.Keys.Select(silo => _cluster.GetSiloServiceProvider(silo).GetRequiredService<SiloRolesReader>()).ToArray();
        while (!readers.All(reader => _roles.All(silo => reader.Of(silo.Key) == silo.Value)))
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
