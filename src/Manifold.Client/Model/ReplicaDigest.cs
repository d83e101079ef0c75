namespace Manifold.Client;

/// <summary>What a replica's items come to.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Rank">Which replica: 0 leads, others follow.</param>
/// <param name="Silo">The silo that it is on; empty when it did not answer.</param>
/// <param name="Position">The position that it is of.</param>
/// <param name="Items">How many items.</param>
/// <param name="Digest">The sum of the XXH3 of all items.</param>
/// <param name="Error">Why it did not answer; empty when it did.</param>
/// <param name="Rebuilt">Whether it differed and was made anew.</param>
public sealed record ReplicaDigest(int Shard, int Rank, string Silo, long Position, long Items, ulong Digest, string Error, bool Rebuilt);
