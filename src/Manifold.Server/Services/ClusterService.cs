using System.Reflection;
using Grpc.Core;
using Manifold.Grains;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class ClusterService(IGrainFactory grains, EncoderClient encoders, SiloRolesReader roles, CatalogCache cache, ReplicaAudit audit) : V1.Cluster.ClusterBase
{
    private static readonly string Version =
        typeof(ClusterService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public override async Task<V1.StatusResponse> Status(V1.StatusRequest request, ServerCallContext context)
    {
        var silos = grains.GetGrain<IManagementGrain>(0).GetDetailedHosts();
        var device = FindDeviceAsync();
        var collections = await grains.GetGrain<ICatalogGrain>(0).ListAsync();
        var hosts = await silos;
        var names = hosts.ToDictionary(silo => silo.SiloAddress, silo => silo.SiloName);
        var shards = collections.SelectMany(collection => Enumerable.Range(0, collection.PlacedShards).SelectMany(
            shard => Enumerable.Range(0, collection.ReplicaCount).Select(rank => ReportAsync(collection, shard, rank, names))));
        return new V1.StatusResponse
        {
            Version = Version,
            EncoderDevice = await device,
            Silos =
            {
                hosts.Select(silo => new V1.Silo
                {
                    Name = silo.SiloName,
                    Address = silo.SiloAddress.Endpoint.ToString(),
                    State = silo.Status.ToString().ToLowerInvariant(),
                    Roles = { roles.Read(silo.SiloAddress) },
                }),
            },
            Shards = { await Task.WhenAll(shards) },
        };
    }

    public override async Task<V1.ReplicasResponse> Replicas(V1.ReplicasRequest request, ServerCallContext context)
    {
        var names = (await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts()).ToDictionary(silo => silo.SiloAddress, silo => silo.SiloName);
        cache.Forget(await cache.GetAsync(request.Collection));
        return await cache.WithAsync(request.Collection, async collection =>
        {
            var rows = await audit.CompareAsync(collection, request.Rebuild, context.CancellationToken);
            return new V1.ReplicasResponse
            {
                Agree = ReplicaAudit.Agree(rows),
                Replicas =
                {
                    rows.Select(row => new V1.ReplicaDigest
                    {
                        Shard = row.Shard,
                        Rank = row.Rank,
                        Silo = row.Silo is { } silo ? names.GetValueOrDefault(silo, silo.Endpoint.ToString()) : "",
                        Position = row.Digest?.Position ?? 0,
                        Items = row.Digest?.Items ?? 0,
                        Digest = row.Digest?.Digest ?? 0,
                        Error = row.Error,
                        Rebuilt = row.Rebuilt,
                    }),
                },
            };
        });
    }

    /// <summary>One replica's state: what keeps it from answering is a state too, and no reason to show none.</summary>
    private async Task<V1.ShardStatus> ReportAsync(CollectionInfo collection, int shard, int rank, Dictionary<SiloAddress, string> names)
    {
        var status = new V1.ShardStatus { Collection = collection.Name, Shard = shard, Rank = rank };
        try
        {
            var report = await grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard, rank)).ReportAsync();
            status.Silo = names.GetValueOrDefault(report.Silo, report.Silo.Endpoint.ToString());
            status.State = report.State;
            status.Reason = report.Reason;
            status.Epoch = report.Epoch;
            status.Position = report.Position;
            status.Items = report.Items;
            status.Segments = report.Segments;
            status.GrowingItems = report.GrowingItems;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            status.State = "failed";
            status.Reason = ErrorTranslation.Translate(e).Message;
        }
        return status;
    }

    private async Task<string> FindDeviceAsync()
    {
        try
        {
            return await encoders.ListBundlesAsync() is [var first, ..] ? first.Device : "";
        }
        catch (ManifoldException)
        {
            return "";
        }
    }
}
