using Manifold.Encoders;
using Manifold.Grains;
using Manifold.Storage;
using Orleans.Configuration;
using Orleans.Storage;
using StackExchange.Redis;

namespace Manifold.Server;

/// <summary>A silo of a cluster: membership, catalog and manifests, and the shard logs in Redis, segments in a store that all silos see.</summary>
internal static partial class ClusterSilo
{
    /// <summary>Connects to Redis and looks whether it keeps what it acknowledges.</summary>
    /// <param name="cluster">Where it is.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="logger">Where lost connections are reported.</param>
    /// <param name="own">Takes what is to be disposed of after the silo, in the reverse order.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="StartupException">It cannot be used; names the key or the setting.</exception>
    public static async Task<(IShardLogProvider Logs, IConnectionMultiplexer Orleans)> ConnectAsync(
        ClusterSettings cluster, ServerOptions options, ILogger logger, Action<IAsyncDisposable> own, CancellationToken cancellationToken)
    {
        try
        {
            // Two connections: a large record on its way to a log must not hold up membership.
            var connection = await RedisConnection.ConnectAsync(cluster.Redis, change => LogConnection(logger, change), cancellationToken);
            own(connection);
            var logs = new RedisShardLogProvider(
                connection, new RedisLogOptions { KeyPrefix = cluster.ServiceId, AssumeDurable = options.Redis.AssumeDurable, MaxLogBytes = options.Redis.MaxLogBytes });
            own(logs);
            var differences = await logs.CheckDurabilityAsync(cancellationToken);
            if (differences.Count > 0)
            {
                throw new StartupException(string.Join(Environment.NewLine, differences.Select(difference => difference.Message)));
            }
            var orleans = await RedisConnection.ConnectAsync(cluster.Redis, change => LogConnection(logger, change), cancellationToken);
            own(orleans);
            return (logs, orleans.Multiplexer);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new StartupException($"ConnectionStrings:{cluster.ServiceKey}: {e.Message}", e);
        }
    }

    public static void Configure(
        ISiloBuilder silo, ClusterSettings cluster, ServerOptions options, IConnectionMultiplexer redis, SiloStorage storage, ISharedSegmentStore segments, EncoderPool? encoders)
    {
        // Orleans reads the section "Orleans" itself, and finds the connection by its key.
        silo.Services.AddKeyedSingleton(cluster.ServiceKey, redis);
        silo.Services.PostConfigure<Orleans.Persistence.RedisStorageOptions>(ManifoldStorage.Name, grainStorage =>
        {
            grainStorage.GrainStorageSerializer = GrainStateJson.Serializer;
            grainStorage.DeleteStateOnClear = true;
        });
        silo.Configure<SiloOptions>(s => s.SiloName = options.SiloName);
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = options.Membership.ProbeTimeout;
            membership.NumMissedProbesLimit = options.Membership.MissedProbes;
            membership.NumVotesForDeathDeclaration = options.Membership.Votes;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        });
        silo.Configure<ConnectionOptions>(connection =>
        {
            connection.ConnectionRetryDelay = TimeSpan.FromMilliseconds(200);
            connection.OpenConnectionTimeout = TimeSpan.FromSeconds(1);
        });
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = options.Membership.ResponseTimeout;
            messaging.SystemResponseTimeout = TimeSpan.FromSeconds(5);
        });
        OrleansDashboard.Add(silo, options);

        // Before the silo is active: nothing may be read from a store, or written to it, that is not the cluster's.
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => new Claim(
            segments, new GrainStorageDocuments(services.GetRequiredKeyedService<IGrainStorage>(ManifoldStorage.Name)), cluster.ClusterId));
        silo.AddManifold(options.ParseRoles(), storage, options.Shards, encoders, isReplicated: true, isTraced: options.Tracing == true);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Change}.")]
    private static partial void LogConnection(ILogger logger, string change);

    private sealed class Claim(ISharedSegmentStore segments, IDocumentStore documents, string clusterId) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            nameof(SegmentStoreClaim), ServiceLifecycleStage.ApplicationServices + 1, token => SegmentStoreClaim.ClaimAsync(segments, documents, clusterId, token));
    }
}
