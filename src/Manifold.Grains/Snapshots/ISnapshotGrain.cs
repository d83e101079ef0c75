namespace Manifold.Grains;

/// <summary>
/// The snapshots in one store, key its URI: one at a time changes what is there. A snapshot that was being made when its silo died is not there, and is made again by whoever wants it.
/// </summary>
[Alias("manifold.ISnapshotGrain")]
public interface ISnapshotGrain : IGrainWithStringKey
{
    /// <summary>Begins to make a snapshot of a collection.</summary>
    /// <exception cref="ManifoldException">InvalidArgument: the store or the name; AlreadyExists; NotFound: the collection; Unavailable: the store cannot be used.</exception>
    [Alias("Create")]
    Task<SnapshotStatus> CreateAsync(string collection, string name);

    /// <summary>How far a snapshot has come.</summary>
    /// <exception cref="ManifoldException">NotFound.</exception>
    [Alias("Get")]
    Task<SnapshotStatus> GetAsync(string collection, string name);

    /// <summary>All snapshots that are there or being made, by collection and time.</summary>
    [Alias("List")]
    Task<SnapshotStatus[]> ListAsync();

    /// <summary>What a collection that is restored from a snapshot needs to be created.</summary>
    /// <exception cref="ManifoldException">NotFound.</exception>
    [Alias("Read")]
    Task<SnapshotHeader> ReadAsync(string collection, string name);

    /// <summary>Deletes a snapshot, or what one that failed has left.</summary>
    /// <exception cref="ManifoldException">NotFound; FailedPrecondition while it is being made.</exception>
    [Alias("Delete")]
    Task DeleteAsync(string collection, string name);
}

/// <summary>A snapshot, and how far it has come.</summary>
/// <param name="Collection">Of which collection.</param>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was begun.</param>
/// <param name="Shards">Shards of the collection.</param>
/// <param name="Done">Those that have been copied.</param>
/// <param name="Items">Items of those.</param>
/// <param name="Bytes">Bytes of their objects.</param>
/// <param name="Error">Why it failed; empty for one that has not.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.SnapshotStatus")]
public sealed record SnapshotStatus(
    [property: Id(0)] string Collection,
    [property: Id(1)] string Name,
    [property: Id(2)] DateTimeOffset Created,
    [property: Id(3)] int Shards,
    [property: Id(4)] int Done,
    [property: Id(5)] long Items,
    [property: Id(6)] long Bytes,
    [property: Id(7)] string Error)
{
    /// <summary>Whether it is there.</summary>
    [Id(8)]
    public bool IsComplete { get; init; }
}

/// <summary>What a collection was when its snapshot was made.</summary>
/// <param name="Spaces">Its vector columns.</param>
/// <param name="ShardCount">Its shards.</param>
/// <param name="ReplicaCount">Copies of each.</param>
/// <param name="Reencoding">What was not over: a collection that is made of it begins with that; <c>null</c> for nothing.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.SnapshotSettings")]
public sealed record SnapshotSettings(
    [property: Id(0)] SpaceInfo[] Spaces, [property: Id(1)] int ShardCount, [property: Id(2)] int ReplicaCount, [property: Id(3)] ReencodingInfo? Reencoding = null);

/// <summary>A snapshot as a collection is made of it.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Settings">What its collection was.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.SnapshotHeader")]
public sealed record SnapshotHeader([property: Id(0)] SnapshotPlaceInfo Place, [property: Id(1)] SnapshotSettings Settings);

/// <summary>A shard's part of a snapshot.</summary>
/// <param name="Manifest">What it is made of, as JSON; <c>null</c> while it is being copied.</param>
/// <param name="Items">Its items.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardCopy")]
public sealed record ShardCopy([property: Id(0)] byte[]? Manifest, [property: Id(1)] long Items);

/// <summary>How far a restoration has come.</summary>
/// <param name="Ready">Shards that have their part of the snapshot.</param>
/// <param name="Failure">What keeps one of the others from it at the moment; empty for nothing.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.RestoreProgress")]
public sealed record RestoreProgress([property: Id(0)] int Ready, [property: Id(1)] string Failure);
