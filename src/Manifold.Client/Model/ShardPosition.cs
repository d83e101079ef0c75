namespace Manifold.Client;

/// <summary>A place in one shard's log. Give those that a write returned to a search, and it sees that write.</summary>
public sealed record ShardPosition(int Shard, long Position);
