using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

public sealed partial class ManifoldClient
{
    /// <summary>
    /// Begins to make a snapshot of a collection: each shard as it is at one position, while it is read and written. <see cref="GetSnapshotAsync"/> tells how far it has come.
    /// AlreadyExists if there is one of that name.
    /// </summary>
    /// <param name="store">Where to: a folder that all shard silos see (<c>file:///path</c> or an absolute path), or <c>s3://bucket/prefix</c>.</param>
    /// <param name="collection">The collection.</param>
    /// <param name="name">The snapshot's name: 1 to 64 of letters, digits, "-" and "_".</param>
    /// <param name="cancellationToken">Ends the call; the snapshot goes on.</param>
    public async Task<Snapshot> CreateSnapshotAsync(string store, string collection, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.CreateSnapshotRequest { Store = store, Collection = collection, Name = name };
        return FromWire(await InvokeAsync(o => _snapshots.CreateAsync(request, o), cancellationToken));
    }

    /// <summary>A snapshot that is there or being made; NotFound if there is none.</summary>
    public async Task<Snapshot> GetSnapshotAsync(string store, string collection, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetSnapshotRequest { Store = store, Collection = collection, Name = name };
        return FromWire(await InvokeAsync(o => _snapshots.GetAsync(request, o), cancellationToken));
    }

    /// <summary>The snapshots in a store.</summary>
    public async Task<IReadOnlyList<Snapshot>> ListSnapshotsAsync(string store, CancellationToken cancellationToken = default)
    {
        var request = new V1.ListSnapshotsRequest { Store = store };
        return [.. (await InvokeAsync(o => _snapshots.ListAsync(request, o), cancellationToken)).Snapshots.Select(FromWire)];
    }

    /// <summary>
    /// Creates a collection with what a snapshot has. <see cref="GetCollectionAsync"/> tells how far it has come: it can be used when <see cref="CollectionInfo.Restore"/> is null.
    /// AlreadyExists if there is a collection of that name.
    /// </summary>
    /// <param name="store">Where the snapshot is.</param>
    /// <param name="collection">The collection that it is of.</param>
    /// <param name="name">The snapshot's name.</param>
    /// <param name="newName">The new collection's name; null for the old one's.</param>
    /// <param name="replicaCount">Serving copies of each shard; 0: as before.</param>
    /// <param name="cancellationToken">Ends the call; the restoration goes on.</param>
    public async Task<CollectionInfo> RestoreSnapshotAsync(
        string store, string collection, string name, string? newName = null, int replicaCount = 0, CancellationToken cancellationToken = default)
    {
        // Not repeated by itself: AlreadyExists on a second try would hide that the first one worked.
        var request = new V1.RestoreSnapshotRequest { Store = store, Collection = collection, Name = name, As = newName ?? "", ReplicaCount = replicaCount };
        return WireMapping.FromWire(await InvokeAsync(o => _snapshots.RestoreAsync(request, o), cancellationToken, retry: false));
    }

    /// <summary>Deletes a snapshot, or what is left of one that failed. Never retried: NotFound on a second try would hide that the first one worked.</summary>
    public async Task DeleteSnapshotAsync(string store, string collection, string name, CancellationToken cancellationToken = default)
    {
        var request = new V1.DeleteSnapshotRequest { Store = store, Collection = collection, Name = name };
        await InvokeAsync(o => _snapshots.DeleteAsync(request, o), cancellationToken, retry: false);
    }

    private static Snapshot FromWire(V1.Snapshot snapshot) => new(
        snapshot.Collection, snapshot.Name, snapshot.Created.ToDateTimeOffset(), snapshot.ShardCount, snapshot.ShardsDone, snapshot.Items, snapshot.Bytes, snapshot.Complete, snapshot.Error);
}
