namespace Manifold.Client;

/// <summary>The replicas of a collection, compared.</summary>
/// <param name="Agree">Whether every replica answered, and those of each shard have the same items.</param>
/// <param name="Replicas">Each replica, by shard and rank.</param>
public sealed record ReplicaComparison(bool Agree, IReadOnlyList<ReplicaDigest> Replicas);
