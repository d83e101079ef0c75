using System.Globalization;
using Manifold.Index;

namespace Manifold.Shards;

/// <summary>What a shard is told of itself.</summary>
/// <param name="Shard">Its key, <c>collection/number</c>: the name of its log, manifest and segments.</param>
/// <param name="Spaces">What it begins with, when nothing of it is stored yet: its log and manifest say what it got since.</param>
public sealed record ShardDefinition(string Shard, IReadOnlyList<SpaceSchema> Spaces)
{
    /// <summary>How many shards the collection has, as far as whoever opens it knows: what a shard that was never led goes by. 0: calls are not checked.</summary>
    public int ShardCount { get; init; }

    /// <summary>The version of <see cref="Spaces"/>: 0 for those that its collection was created with.</summary>
    public int SchemaVersion { get; init; }

    /// <summary>What its collection is called in metrics and traces; the key's first part where nothing else is said.</summary>
    public string Collection { get; init; } = Shard[..Math.Max(0, Shard.LastIndexOf('/'))];

    /// <summary>The shard that this one is being split from; <c>null</c> for one that stands by itself.</summary>
    public ShardParent? Parent { get; init; }

    /// <summary>The snapshot that its collection is restored from; <c>null</c> for none.</summary>
    public SnapshotPlace? Snapshot { get; init; }

    /// <summary>Its number in the collection.</summary>
    public int Number => int.Parse(Shard.AsSpan(Shard.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>What a shard is split from: it takes the items that are its own among twice as many shards.</summary>
/// <param name="Shard">The other shard's key.</param>
/// <param name="ShardCount">How many shards there will be.</param>
public sealed record ShardParent(string Shard, int ShardCount);

/// <summary>Where a snapshot is.</summary>
/// <param name="Store">The URI of its store.</param>
/// <param name="Prefix">What the names of its objects begin with: <c>collection/snapshot/</c>.</param>
public sealed record SnapshotPlace(string Store, string Prefix);
