namespace Manifold.Grains;

/// <summary>A search of a collection.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Shard">What each shard is asked, or <c>null</c> for words alone; its <see cref="ShardSearch.AtLeast"/> is replaced by the shard's own.</param>
/// <param name="Excluded">Ids that must not be among the hits.</param>
/// <param name="AtLeast">Positions that the answer must reflect, by shard.</param>
/// <param name="WithItems">Whether to bring the winners' attributes.</param>
/// <param name="WithVectors">Whether to bring their vectors as well.</param>
/// <param name="AllowPartial">Answer without the shards that fail.</param>
/// <param name="Limit">How many hits at most; the limits of <paramref name="Shard"/> and <paramref name="Match"/> are made of it.</param>
/// <param name="Match">The words that each shard is asked for, or <c>null</c>.</param>
/// <param name="Fusion">How the hits of both become one list; <c>null</c> by ranks.</param>
/// <param name="LeaderOnly">Whether each shard's leader is asked, and no other replica.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.CollectionSearch")]
public sealed record CollectionSearch(
    [property: Id(0)] CollectionInfo Collection,
    [property: Id(1)] ShardSearch? Shard,
    [property: Id(2)] string[] Excluded,
    [property: Id(3)] Dictionary<int, long> AtLeast,
    [property: Id(4)] bool WithItems,
    [property: Id(5)] bool WithVectors,
    [property: Id(6)] bool AllowPartial,
    [property: Id(7)] int Limit,
    [property: Id(8)] ShardMatch? Match = null,
    [property: Id(9)] HitFusion? Fusion = null,
    [property: Id(10)] bool LeaderOnly = false);

/// <summary>The best of a collection, in order.</summary>
/// <param name="Ids">Item ids [hits].</param>
/// <param name="Scores">Scores [hits], little-endian float32.</param>
/// <param name="Items">Encoded items [hits]; empty when they were not asked for.</param>
/// <param name="ShardsAnswered">Shards that the answer holds.</param>
/// <param name="Effort">What they took, added up: see <see cref="ShardHits.Effort"/>.</param>
/// <param name="Matches">See <see cref="ShardHits.Matches"/>.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.CollectionHits")]
public sealed record CollectionHits(
    [property: Id(0)] string[] Ids,
    [property: Id(1)] byte[] Scores,
    [property: Id(2)] byte[]?[] Items,
    [property: Id(3)] int ShardsAnswered,
    [property: Id(4)] long[] Effort,
    [property: Id(5)] byte[][]? Matches = null);

/// <summary>A page of items.</summary>
/// <param name="Items">Encoded items; for a get in the order asked for, <c>null</c> where there is none.</param>
/// <param name="Next">Where the next page begins; <c>null</c> after the last.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.CollectionItems")]
public sealed record CollectionItems([property: Id(0)] byte[]?[] Items, [property: Id(1)] string? Next);
