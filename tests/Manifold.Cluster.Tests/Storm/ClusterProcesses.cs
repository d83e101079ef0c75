using Manifold.Storage.Tests;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>A cluster of real processes over a real redis-server, all on loopback and ended by their process ids.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<SiloProcess> _silos = [];
    private readonly (string Key, string Value)[] _settings;
    private int _next;

    private ClusterProcesses(RedisServer redis, IEnumerable<(string, string)> settings)
    {
        Redis = redis;
        _settings =
        [
            ("ConnectionStrings__redis", redis.Endpoint), ("Manifold__SegmentStore", _folder["segments"]), .. RuntimeSettings, .. settings,
        ];
    }

    /// <summary>Many processes share a machine here.</summary>
    public static IReadOnlyList<(string Key, string Value)> RuntimeSettings { get; } = [("DOTNET_gcServer", "0"), ("DOTNET_TieredPGO", "0")];

    public RedisServer Redis { get; }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public IEnumerable<SiloProcess> Shards => _silos.Where(silo => silo.IsShard);

    public IEnumerable<SiloProcess> Gateways => _silos.Where(silo => silo.IsGateway);

    public V1.Collections.CollectionsClient Collections => new(Gateways.First().Channel);

    /// <summary>Starts redis-server, shard silos and gateways, and waits until all see each other.</summary>
    public static async Task<ClusterProcesses> StartAsync(int shards, int gateways, IEnumerable<(string, string)> settings, CancellationToken cancellationToken)
    {
        var cluster = new ClusterProcesses(await RedisServer.StartAsync(), settings);
        try
        {
            // One after the other: two processors start them no sooner together.
            for (var i = 0; i < shards; i++)
            {
                await cluster.AddAsync("shard", cancellationToken);
            }
            for (var i = 0; i < gateways; i++)
            {
                await cluster.AddAsync("gateway", cancellationToken);
            }
            return cluster;
        }
        catch (Exception e)
        {
            var log = cluster.Log;
            await cluster.DisposeAsync();
            throw new InvalidOperationException($"the cluster did not start: {e.Message}\n{log}", e);
        }
    }

    /// <summary>All that the silos logged.</summary>
    public string Log => string.Join('\n', _silos.Select(silo => $"== {silo.Name}\n{silo.Log}"));

    /// <summary>Adds a silo and starts it.</summary>
    public async Task<SiloProcess> AddAsync(string roles, CancellationToken cancellationToken, params (string Key, string Value)[] settings)
    {
        var silo = Create(roles, settings);
        _silos.Add(silo);
        await silo.StartAsync(cancellationToken);
        return silo;
    }

    /// <summary>A silo that is not started, and not counted as one of the cluster.</summary>
    public SiloProcess Create(string roles, params (string Key, string Value)[] settings)
    {
        var name = $"{roles.Split(',')[0]}-{_next++}";
        return new SiloProcess(name, roles, _folder[name], [.. _settings, .. settings]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            if (silo.IsRunning)
            {
                silo.Continue();
            }
            await silo.DisposeAsync();
        }
        await Redis.DisposeAsync();
        _folder.Dispose();
    }
}
