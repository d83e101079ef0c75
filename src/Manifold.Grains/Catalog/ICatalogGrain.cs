using Orleans.Concurrency;

namespace Manifold.Grains;

/// <summary>The cluster's list of collections. There is one, with key 0; gateways keep copies of what they read (<see cref="CatalogCache"/>).</summary>
[Alias("manifold.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithIntegerKey
{
    /// <summary>Creates a collection; returns the existing one if it has the same settings.</summary>
    /// <exception cref="ManifoldException">InvalidArgument, or AlreadyExists with other settings.</exception>
    [Alias("Create")]
    Task<CollectionInfo> CreateAsync(string name, SpaceInfo[] spaces, int shardCount, int replicaCount = 1);

    /// <summary>The collection of that name, or <c>null</c>.</summary>
    [AlwaysInterleave]
    [Alias("Find")]
    Task<CollectionInfo?> FindAsync(string name);

    /// <summary>The collection of that id, or <c>null</c>.</summary>
    [AlwaysInterleave]
    [Alias("FindById")]
    Task<CollectionInfo?> FindByIdAsync(string id);

    /// <summary>All collections by name.</summary>
    [AlwaysInterleave]
    [Alias("List")]
    Task<CollectionInfo[]> ListAsync();

    /// <summary>Begins to split every shard of a collection in two, or says that it is under way. Reads and writes go on.</summary>
    /// <exception cref="ManifoldException">NotFound, or InvalidArgument where there would be too many.</exception>
    [Alias("Split")]
    Task<CollectionInfo> SplitAsync(string name);

    /// <summary>From here the collection has the shards that it was being split into: each of them has what is its own.</summary>
    [Alias("FinishSplit")]
    Task FinishSplitAsync(string id);

    /// <summary>Creates a collection whose shards take what a snapshot has; it can be used when all have.</summary>
    /// <exception cref="ManifoldException">InvalidArgument, or AlreadyExists.</exception>
    [Alias("Restore")]
    Task<CollectionInfo> RestoreAsync(string name, SnapshotSettings settings, SnapshotPlaceInfo snapshot);

    /// <summary>How far a collection's restoration has come; <c>null</c> where none is known of.</summary>
    [AlwaysInterleave]
    [Alias("GetRestore")]
    Task<RestoreProgress?> GetRestoreAsync(string id);

    /// <summary>Takes the collection off the list, then deletes its data.</summary>
    /// <exception cref="ManifoldException">NotFound.</exception>
    [Alias("Drop")]
    Task DropAsync(string name);
}
