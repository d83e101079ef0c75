using System.Reflection;
using Grpc.Core;
using Manifold.Grains;
using Orleans.Runtime;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class ClusterService(IGrainFactory grains, EncoderClient encoders, SiloRolesReader roles) : V1.Cluster.ClusterBase
{
    private static readonly string Version =
        typeof(ClusterService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public override async Task<V1.StatusResponse> Status(V1.StatusRequest request, ServerCallContext context)
    {
        var silos = grains.GetGrain<IManagementGrain>(0).GetDetailedHosts();
        var bundles = encoders.ListBundlesAsync();
        var collections = await grains.GetGrain<ICatalogGrain>(0).ListAsync();
        var shards = collections.SelectMany(collection => Enumerable.Range(0, collection.ShardCount).Select(async shard =>
        {
            var grain = grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard));
            var report = await grain.ReportAsync(context.CancellationToken);
            return new V1.ShardStatus
            {
                Collection = collection.Name,
                Shard = shard,
                State = report.State,
                Reason = report.Reason,
                Epoch = report.Epoch,
                Position = report.Position,
                Items = report.Items,
                Segments = report.Segments,
                GrowingItems = report.GrowingItems,
            };
        }));
        return new V1.StatusResponse
        {
            Version = Version,
            EncoderDevice = (await bundles) is [var first, ..] ? first.Device : "",
            Silos =
            {
                (await silos).Select(silo => new V1.Silo
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
}
