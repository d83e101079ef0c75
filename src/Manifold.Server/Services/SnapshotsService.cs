using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Manifold.Grains;
using Manifold.Storage;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class SnapshotsService(IGrainFactory grains) : V1.Snapshots.SnapshotsBase
{
    public override async Task<V1.Snapshot> Create(V1.CreateSnapshotRequest request, ServerCallContext context) =>
        Write(await Open(request.Store).CreateAsync(request.Collection, request.Name));

    public override async Task<V1.Snapshot> Get(V1.GetSnapshotRequest request, ServerCallContext context) =>
        Write(await Open(request.Store).GetAsync(request.Collection, request.Name));

    public override async Task<V1.ListSnapshotsResponse> List(V1.ListSnapshotsRequest request, ServerCallContext context) =>
        new() { Snapshots = { (await Open(request.Store).ListAsync()).Select(Write) } };

    public override async Task<V1.Collection> Restore(V1.RestoreSnapshotRequest request, ServerCallContext context)
    {
        var (place, settings) = await Open(request.Store).ReadAsync(request.Collection, request.Name);
        var name = request.As.Length > 0 ? request.As : request.Collection;
        var replicas = request.ReplicaCount > 0 ? request.ReplicaCount : settings.ReplicaCount;
        return CollectionMapping.Write(await grains.GetGrain<ICatalogGrain>(0).RestoreAsync(name, settings with { ReplicaCount = replicas }, place));
    }

    public override async Task<V1.DeleteSnapshotResponse> Delete(V1.DeleteSnapshotRequest request, ServerCallContext context)
    {
        await Open(request.Store).DeleteAsync(request.Collection, request.Name);
        return new V1.DeleteSnapshotResponse();
    }

    /// <summary>One grain a store, however it is spelt: what is being made under a name must not be deleted by another who makes it.</summary>
    private ISnapshotGrain Open(string store)
    {
        if (store.Length == 0)
        {
            throw ManifoldException.Invalid("store", "name a store: file:///path, an absolute path or s3://bucket/prefix");
        }
        try
        {
            return grains.GetGrain<ISnapshotGrain>(SegmentStores.Canonical(store));
        }
        catch (FormatException e)
        {
            throw ManifoldException.Invalid("store", e.Message);
        }
    }

    private static V1.Snapshot Write(SnapshotStatus snapshot) => new()
    {
        Collection = snapshot.Collection,
        Name = snapshot.Name,
        Created = Timestamp.FromDateTimeOffset(snapshot.Created),
        ShardCount = snapshot.Shards,
        ShardsDone = snapshot.Done,
        Items = snapshot.Items,
        Bytes = snapshot.Bytes,
        Complete = snapshot.IsComplete,
        Error = snapshot.Error,
    };
}
