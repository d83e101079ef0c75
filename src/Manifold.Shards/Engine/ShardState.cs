namespace Manifold.Shards;

/// <summary>A picture of a shard for people and monitors.</summary>
/// <param name="IsLeading">Whether it writes; otherwise it follows.</param>
/// <param name="Epoch">The epoch of its manifest: its own when it leads.</param>
/// <param name="Position">The last position that searches see.</param>
/// <param name="Items">Items that searches see.</param>
/// <param name="Segments">Sealed segments.</param>
/// <param name="GrowingItems">Rows in the growing segment, deleted ones included.</param>
/// <param name="Failure">Why it no longer writes; <c>null</c> while it does.</param>
public sealed record ShardState(bool IsLeading, long Epoch, long Position, long Items, int Segments, int GrowingItems, string? Failure)
{
    /// <summary>While it is being split off, how many records of its parent's log it has not looked at, as far as it knows; else <c>null</c>.</summary>
    public long? Behind { get; init; }
}
