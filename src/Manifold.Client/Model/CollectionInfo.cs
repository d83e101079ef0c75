namespace Manifold.Client;

/// <summary>A collection and its settings.</summary>
/// <param name="Name">The collection's name.</param>
/// <param name="Spaces">At least one; the first is the one that searches use when they name none.</param>
/// <param name="ShardCount">The number of hash partitions, 1 to 1,024.</param>
/// <param name="Created">When it was created; null if the server does not say.</param>
/// <param name="ReplicaCount">Serving copies of each shard.</param>
/// <param name="Split">How far it has come while its shards are being split; else null.</param>
public sealed record CollectionInfo(string Name, IReadOnlyList<Space> Spaces, int ShardCount, DateTimeOffset? Created, int ReplicaCount = 1, CollectionSplit? Split = null);

/// <summary>How far the split of a collection's shards has come.</summary>
/// <param name="ShardCount">How many shards there will be.</param>
/// <param name="Ready">New shards that have their items but for the last writes.</param>
public sealed record CollectionSplit(int ShardCount, int Ready);
