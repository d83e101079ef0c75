using Manifold.Storage;

namespace Manifold.Shards;

/// <summary>A segment of a shard, and which of its rows are deleted.</summary>
/// <param name="Segment">The segment's object.</param>
/// <param name="Deletions">The object that lists its deleted rows; <c>null</c> while there are none.</param>
/// <param name="Index">The object with the indexes over its rows; <c>null</c> for one that was sealed before there were any.</param>
public sealed record SegmentEntry(StoredObject Segment, StoredObject? Deletions, StoredObject? Index = null);
