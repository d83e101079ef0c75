namespace Manifold.Client;

/// <summary>A copy of a collection in a store, and how far it has come.</summary>
/// <param name="Collection">Of which collection.</param>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was begun.</param>
/// <param name="ShardCount">Shards of the collection.</param>
/// <param name="ShardsDone">Those that have been copied.</param>
/// <param name="Items">Items of those.</param>
/// <param name="Bytes">Bytes of their objects.</param>
/// <param name="IsComplete">Whether it is there.</param>
/// <param name="Error">Why it failed; empty for one that has not.</param>
public sealed record Snapshot(
    string Collection, string Name, DateTimeOffset Created, int ShardCount, int ShardsDone, long Items, long Bytes, bool IsComplete, string Error);
