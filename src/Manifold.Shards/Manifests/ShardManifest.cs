namespace Manifold.Shards;

/// <summary>
/// What makes up a shard: its segments hold every write up to <see cref="Position"/>, and the log what follows. Replaced only by
/// compare-and-swap, and only by the leader of <see cref="Epoch"/>.
/// </summary>
public sealed record ShardManifest
{
    /// <summary>The format of this document.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The newest leader that has read this manifest: a seal of an older one is refused.</summary>
    public long Epoch { get; init; }

    /// <summary>The last position that the segments hold.</summary>
    public long Position { get; init; }

    /// <summary>The log's running checksum through <see cref="Position"/>.</summary>
    public ulong Checksum { get; init; }

    /// <summary>How many shards the collection has as of <see cref="Position"/>; 0 in a manifest from before this was kept.</summary>
    public int ShardCount { get; init; }

    /// <summary>The spaces as of <see cref="Position"/>; <c>null</c> for those that its collection was created with.</summary>
    public ShardSchema? Schema { get; init; }

    /// <summary>For a shard that was split off, what it has of its parent; <c>null</c> for another, and for one that has nothing yet.</summary>
    public Inheritance? Inherited { get; init; }

    /// <summary>For a shard of a collection that is restored from a snapshot: whether it has its part of that.</summary>
    public bool IsRestored { get; init; }

    /// <summary>The segments, oldest first.</summary>
    public IReadOnlyList<SegmentEntry> Segments { get; init; } = [];

    /// <summary>The last write of each writer as of <see cref="Position"/>, the one that wrote longest ago first.</summary>
    public IReadOnlyList<WriterEntry> Writers { get; init; } = [];
}
