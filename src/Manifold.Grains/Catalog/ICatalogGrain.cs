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

    /// <summary>
    /// Adds a space, which writes fill from here on, and begins to fill it with vectors of the items that are there. For one that the collection has, with the same settings: takes the rate, and
    /// looks once more at the items that have no vector in it.
    /// </summary>
    /// <param name="name">The collection.</param>
    /// <param name="space">The space, with an encoder.</param>
    /// <param name="rate">Most items a second that are encoded again; 0: as fast as it goes.</param>
    /// <exception cref="ManifoldException">NotFound, InvalidArgument, AlreadyExists with other settings; FailedPrecondition while it is split, restored, or filled in another space.</exception>
    [Alias("AddSpace")]
    Task<CollectionInfo> AddSpaceAsync(string name, SpaceInfo space, double rate);

    /// <summary>All items were looked at in a run.</summary>
    [Alias("FinishReencoding")]
    Task FinishReencodingAsync(string id, int run);

    /// <summary>Makes a space the one that is taken where none is named.</summary>
    /// <param name="name">The collection.</param>
    /// <param name="space">The space.</param>
    /// <param name="force">Also while items are still being encoded for it.</param>
    /// <exception cref="ManifoldException">NotFound, InvalidArgument; FailedPrecondition while its items are being encoded.</exception>
    [Alias("SwitchSpace")]
    Task<CollectionInfo> SwitchSpaceAsync(string name, string space, bool force);

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
