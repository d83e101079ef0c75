namespace Manifold.Shards;

/// <summary>An acknowledged write.</summary>
/// <param name="Position">Its place in the shard's log.</param>
/// <param name="Acknowledgement">The level that was reached.</param>
public readonly record struct WriteResult(long Position, Acknowledgement Acknowledgement);
