using Manifold.Index;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>A write for one shard.</summary>
/// <param name="Batch">Made by <see cref="WriteBatchBuilder"/>: these bytes go to the log as they are.</param>
/// <param name="Level">What to wait for.</param>
/// <param name="SchemaVersion">The schema that its items were encoded for; <c>null</c> for deletions, which go by none.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardWrite")]
public sealed record ShardWrite([property: Id(0)] byte[] Batch, [property: Id(1)] Acknowledgement Level, [property: Id(2)] int? SchemaVersion = null);

/// <summary>An acknowledged write.</summary>
/// <param name="Position">Its place in the shard's log.</param>
/// <param name="Level">What was reached: less than was asked for where replicas did not follow in time.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardWritten")]
public sealed record ShardWritten([property: Id(0)] long Position, [property: Id(1)] Acknowledgement Level);

/// <summary>What a replica has applied.</summary>
/// <param name="Silo">Where it is: two ranks on one silo are one replica.</param>
/// <param name="Position">The last position that its searches see.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ReplicaApplied")]
public sealed record ReplicaApplied([property: Id(0)] SiloAddress Silo, [property: Id(1)] long Position);

/// <summary>How far a shard that is split off has come.</summary>
/// <param name="Behind">Records of its parent's log that it has not looked at; <c>null</c> while it has not begun.</param>
/// <param name="IsComplete">Whether it has everything.</param>
/// <param name="Failure">Why it could not begin the last time; empty for nothing.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardInheritance")]
public sealed record ShardInheritance([property: Id(0)] long? Behind, [property: Id(1)] bool IsComplete, [property: Id(2)] string Failure = "");

/// <summary>What a replica's items come to.</summary>
/// <param name="Position">The position that it is of.</param>
/// <param name="Items">How many items.</param>
/// <param name="Digest">A sum over all items, whatever their order and segments (<see cref="ContentDigest"/>).</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ReplicaDigest")]
public sealed record ReplicaDigest([property: Id(0)] long Position, [property: Id(1)] long Items, [property: Id(2)] ulong Digest);

/// <summary>A search of one shard.</summary>
/// <param name="Space">The space to search.</param>
/// <param name="Vector">The query, little-endian float32; in a multi-vector space all its vectors.</param>
/// <param name="Limit">How many hits at most.</param>
/// <param name="Filter">The filter in its binary form, or <c>null</c>.</param>
/// <param name="ScoreThreshold">The least score of a hit, or <c>null</c>.</param>
/// <param name="AtLeast">A position that the answer must reflect; 0 for none.</param>
/// <param name="Recall">The mean share of the true nearest items to be found; 1 for exact search.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardSearch")]
public sealed record ShardSearch(
    [property: Id(0)] string Space,
    [property: Id(1)] byte[] Vector,
    [property: Id(2)] int Limit,
    [property: Id(3)] byte[]? Filter,
    [property: Id(4)] float? ScoreThreshold,
    [property: Id(5)] long AtLeast,
    [property: Id(6)] double Recall = SearchQuery.DefaultRecall);

/// <summary>A search of one shard's texts.</summary>
/// <param name="Text">The words.</param>
/// <param name="Fields">The attributes to look at; empty for all.</param>
/// <param name="AllTerms">Only items that have all terms.</param>
/// <param name="Limit">How many hits at most.</param>
/// <param name="Filter">The filter in its binary form, or <c>null</c>.</param>
/// <param name="AtLeast">A position that the answer must reflect; 0 for none.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardMatch")]
public sealed record ShardMatch(
    [property: Id(0)] string Text,
    [property: Id(1)] string[] Fields,
    [property: Id(2)] bool AllTerms,
    [property: Id(3)] int Limit,
    [property: Id(4)] byte[]? Filter,
    [property: Id(5)] long AtLeast);

/// <summary>The best of one shard, in order.</summary>
/// <param name="Ids">Item ids [hits].</param>
/// <param name="Scores">Scores [hits], little-endian float32.</param>
/// <param name="Effort">What they took: partitions, vectors scanned, refined and scored; empty when not told.</param>
/// <param name="Matches">In a multi-vector space the matches of each (<see cref="HitMatches"/>); <c>null</c> in others.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardHits")]
public sealed record ShardHits(
    [property: Id(0)] string[] Ids, [property: Id(1)] byte[] Scores, [property: Id(2)] long[] Effort, [property: Id(3)] byte[][]? Matches = null);

/// <summary>Asks one shard for items.</summary>
/// <param name="Ids">The ids wanted.</param>
/// <param name="WithVectors">Whether to bring the vectors.</param>
/// <param name="AtLeast">A position that the answer must reflect; 0 for none.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardGet")]
public sealed record ShardGet([property: Id(0)] string[] Ids, [property: Id(1)] bool WithVectors, [property: Id(2)] long AtLeast);

/// <summary>Items of one shard.</summary>
/// <param name="Items">Encoded items; for a get in the order asked for, <c>null</c> where there is none.</param>
/// <param name="More">For a scroll: whether the shard has items beyond these.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardItems")]
public sealed record ShardItems([property: Id(0)] byte[]?[] Items, [property: Id(1)] bool More);

/// <summary>Asks one shard for a page of items in ascending order of id.</summary>
/// <param name="After">Ids up to and including this one are passed over; <c>null</c> to begin.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="Filter">The filter in its binary form, or <c>null</c>.</param>
/// <param name="WithVectors">Whether to bring the vectors.</param>
/// <param name="Lacking">Only items without a vector in this space; <c>null</c> for all.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardScroll")]
public sealed record ShardScroll(
    [property: Id(0)] string? After,
    [property: Id(1)] int Limit,
    [property: Id(2)] byte[]? Filter,
    [property: Id(3)] bool WithVectors,
    [property: Id(4)] string? Lacking = null);

/// <summary>A shard's state for people and monitors.</summary>
[GenerateSerializer, Immutable]
[Alias("manifold.ShardReport")]
public sealed record ShardReport(
    [property: Id(0)] string State,
    [property: Id(1)] string Reason,
    [property: Id(2)] long Epoch,
    [property: Id(3)] long Position,
    [property: Id(4)] long Items,
    [property: Id(5)] int Segments,
    [property: Id(6)] long GrowingItems,
    [property: Id(7)] SiloAddress Silo);
