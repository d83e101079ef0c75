using Orleans.Concurrency;

namespace Manifold.Grains;

/// <summary>
/// One replica of a shard, key <c>collection/shard/rank</c>; rank 0 leads. All calls interleave: the engine behind the grain fixes the order of
/// writes and searches immutable views. Calls that name a number of shards are of a caller who routed by it: where there are others, or will be in a moment, they fail with
/// Aborted.
/// </summary>
[Alias("manifold.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    [AlwaysInterleave]
    [Alias("Write")]
    Task<ShardWritten> WriteAsync(ShardWrite write, int shardCount, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Update")]
    Task<ShardUpdated> UpdateAsync(ShardUpdate update, int shardCount, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Search")]
    Task<ShardHits> SearchAsync(ShardSearch search, int shardCount, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Match")]
    Task<ShardHits> MatchAsync(ShardMatch match, int shardCount, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Get")]
    Task<ShardItems> GetAsync(ShardGet get, int shardCount, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Scroll")]
    Task<ShardItems> ScrollAsync(ShardScroll scroll, int shardCount, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Count")]
    Task<long> CountAsync(byte[]? filter, int shardCount, CancellationToken cancellationToken);

    /// <summary>How many items there are, and how many of them have a vector in a space.</summary>
    [AlwaysInterleave]
    [Alias("CountWith")]
    Task<SpaceCount> CountWithAsync(string space, int shardCount, CancellationToken cancellationToken);

    /// <summary>Makes sure that the shard goes by that version of its collection's schema, or a newer one.</summary>
    [AlwaysInterleave]
    [Alias("LearnSchema")]
    Task LearnSchemaAsync(int version);

    /// <summary>Gives items vectors in a space where they have none.</summary>
    /// <returns>How many got them: those that were written again or deleted meanwhile do not.</returns>
    [AlwaysInterleave]
    [Alias("Fill")]
    Task<int> FillAsync(ShardFill fill, int shardCount, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Facets")]
    Task<FacetCounts> FacetsAsync(FacetsAsk ask, int shardCount, CancellationToken cancellationToken);

    /// <summary>The shard's state as it is: one that nothing has asked for yet stays closed.</summary>
    [AlwaysInterleave]
    [Alias("Report")]
    Task<ShardReport> ReportAsync();

    /// <summary>Opens the replica, so that the first call for it does not wait: a leader takes the lead.</summary>
    /// <returns>What it has applied.</returns>
    [AlwaysInterleave]
    [Alias("Open")]
    Task<ReplicaApplied> OpenAsync();

    /// <summary>Tells a replica that the log has come to a position, and waits for a moment until it has applied it.</summary>
    [AlwaysInterleave]
    [Alias("Advance")]
    Task<ReplicaApplied> AdvanceAsync(long position, CancellationToken cancellationToken);

    /// <summary>What the replica's items come to, once it has applied a position.</summary>
    [AlwaysInterleave]
    [Alias("Digest")]
    Task<ReplicaDigest> DigestAsync(long position, CancellationToken cancellationToken);

    /// <summary>Makes a replica that follows anew, from what is stored: it was found to differ.</summary>
    [AlwaysInterleave]
    [Alias("Rebuild")]
    Task RebuildAsync();

    /// <summary>Splits the shard: from here it is one of so many, twice as many as before. Again: nothing happens.</summary>
    [AlwaysInterleave]
    [Alias("Split")]
    Task SplitAsync(int shardCount);

    /// <summary>Tells a shard that is being split off, or restored, to go on.</summary>
    /// <returns>How far it has come; it does not wait for anything.</returns>
    [AlwaysInterleave]
    [Alias("Inherit")]
    Task<ShardInheritance> InheritAsync();

    /// <summary>Tells a replica that the catalog names so many shards.</summary>
    [AlwaysInterleave]
    [Alias("FinishSplit")]
    Task FinishSplitAsync(int shardCount);

    /// <summary>Begins to copy the shard as it is into another store, or looks how that goes; waits for a moment.</summary>
    [AlwaysInterleave]
    [Alias("Copy")]
    Task<ShardCopy> CopyAsync(SnapshotPlaceInfo place);

    /// <summary>Moves to another silo when the calls under way are done; those that come meanwhile wait and follow.</summary>
    [AlwaysInterleave]
    [Alias("Move")]
    Task MoveAsync(SiloAddress target);

    /// <summary>Closes a replica of a dropped collection; the leader, after the others, deletes all that the shard stored.</summary>
    [AlwaysInterleave]
    [Alias("Drop")]
    Task DropAsync();
}
