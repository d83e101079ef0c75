using System.Reflection;
using Grpc.Core;
using Manifold.Grains;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class ClusterService(IGrainFactory grains, EncoderClient encoders, SiloRolesReader roles) : V1.Cluster.ClusterBase
{
    private static readonly string Version =
        typeof(ClusterService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public override async Task<V1.StatusResponse> Status(V1.StatusRequest request, ServerCallContext context)
    {
        var silos = grains.GetGrain<IManagementGrain>(0).GetDetailedHosts();
        var device = FindDeviceAsync();
        var collections = await grains.GetGrain<ICatalogGrain>(0).ListAsync();
        var shards = collections.SelectMany(collection => Enumerable.Range(0, collection.ShardCount).Select(shard => ReportAsync(collection, shard)));
        return new V1.StatusResponse
        {
            Version = Version,
            EncoderDevice = await device,
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

    /// <summary>One shard's state: what keeps it from answering is a state too, and no reason to show none.</summary>
    private async Task<V1.ShardStatus> ReportAsync(CollectionInfo collection, int shard)
    {
        var status = new V1.ShardStatus { Collection = collection.Name, Shard = shard };
        try
        {
            var report = await grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard)).ReportAsync();
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
