namespace Manifold.Client;

/// <summary>A shard and what it holds.</summary>
/// <param name="Collection">The collection it is a part of.</param>
/// <param name="Shard">Its number, from 0.</param>
/// <param name="State">serving, opening, or failed.</param>
/// <param name="Reason">Why it failed; empty otherwise.</param>
/// <param name="Epoch">The leader's fencing number.</param>
/// <param name="Position">The last position that searches see.</param>
/// <param name="Items">Live items.</param>
/// <param name="Segments">Sealed segments.</param>
/// <param name="GrowingItems">Items that are not sealed yet.</param>
/// <param name="Rank">Which replica: 0 leads, others follow.</param>
/// <param name="Silo">The silo that it is on.</param>
public sealed record ShardStatus(
    string Collection, int Shard, string State, string Reason, long Epoch, long Position, long Items, int Segments, long GrowingItems, int Rank, string Silo);
