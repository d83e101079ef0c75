namespace Manifold.Shards;

/// <summary>How far a shard that is being split off has come.</summary>
/// <param name="Position">The position of its parent's log up to which it has everything.</param>
/// <param name="IsComplete">Whether there is no more to come: it stands by itself.</param>
public sealed record Inheritance(long Position, bool IsComplete);
