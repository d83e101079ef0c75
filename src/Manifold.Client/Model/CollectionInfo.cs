namespace Manifold.Client;

/// <summary>A collection and its settings.</summary>
/// <param name="Name">The collection's name.</param>
/// <param name="Spaces">At least one; the first is the one that searches use when they name none.</param>
/// <param name="ShardCount">The number of hash partitions, 1 to 1,024.</param>
/// <param name="Created">When it was created; null if the server does not say.</param>
/// <param name="ReplicaCount">Serving copies of each shard.</param>
public sealed record CollectionInfo(string Name, IReadOnlyList<Space> Spaces, int ShardCount, DateTimeOffset? Created, int ReplicaCount = 1);
