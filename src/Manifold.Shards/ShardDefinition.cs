using Manifold.Index;

namespace Manifold.Shards;

/// <summary>What a shard is told of itself: nothing here changes during its life.</summary>
/// <param name="Shard">Its key, <c>collection/number</c>: the name of its log, manifest and segments.</param>
/// <param name="Spaces">The vector columns of its collection.</param>
public sealed record ShardDefinition(string Shard, IReadOnlyList<SpaceSchema> Spaces);
