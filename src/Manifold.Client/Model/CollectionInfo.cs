namespace Manifold.Client;

/// <summary>A collection and its settings.</summary>
/// <param name="Name">The collection's name.</param>
/// <param name="Spaces">At least one; the first is the one that searches use when they name none.</param>
/// <param name="ShardCount">The number of hash partitions, 1 to 1,024.</param>
/// <param name="Created">When it was created; null if the server does not say.</param>
/// <param name="ReplicaCount">Serving copies of each shard.</param>
/// <param name="Split">How far it has come while its shards are being split; else null.</param>
/// <param name="Restore">How far it has come while it is restored from a snapshot and cannot be used; else null.</param>
/// <param name="Reencoding">How far its items have been encoded for a space that was added; null where none was.</param>
public sealed record CollectionInfo(
    string Name, IReadOnlyList<Space> Spaces, int ShardCount, DateTimeOffset? Created, int ReplicaCount = 1, CollectionSplit? Split = null, CollectionRestore? Restore = null,
    CollectionReencoding? Reencoding = null);

/// <summary>How far the restoration of a collection has come.</summary>
/// <param name="Ready">Shards that have their part of the snapshot.</param>
/// <param name="Failure">What keeps one of the others from it at the moment; empty for nothing. It is tried again; a collection that cannot be restored can be dropped.</param>
public sealed record CollectionRestore(int Ready, string Failure);

/// <summary>How far the split of a collection's shards has come.</summary>
/// <param name="ShardCount">How many shards there will be.</param>
/// <param name="Ready">New shards that have their items but for the last writes.</param>
public sealed record CollectionSplit(int ShardCount, int Ready);
