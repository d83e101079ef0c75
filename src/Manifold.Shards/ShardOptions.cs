namespace Manifold.Shards;

/// <summary>How shards behave, bound from <c>Manifold:Shards</c>.</summary>
public sealed record ShardOptions
{
    /// <summary>
    /// A growing segment of this many bytes (vectors, ids and attributes) is sealed: 64 MiB by default, which is read back from the log
    /// in about a second when a shard is opened, and is 125,000 vectors of 128 dimensions.
    /// </summary>
    public long SealAfterBytes { get; init; } = 64L << 20;

    /// <summary>How long to wait before a seal that failed (a full disk) is tried again.</summary>
    public TimeSpan SealRetryAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Objects that no manifest names are collected once they are of an older epoch and this old.</summary>
    public TimeSpan GarbageGrace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of writes that may wait for the log, for one shard; beyond it writes are pushed back.</summary>
    public long MaxPendingBytes { get; init; } = 256L << 20;

    /// <summary>Writers whose last sequence number a shard remembers; the one that wrote longest ago is forgotten first.</summary>
    public int MaxWriters { get; init; } = 1024;

    /// <summary>How many searches run at once in this process; others wait. 0: one for each processor.</summary>
    public int SearchThreads { get; init; }

    /// <summary>The share of searches answered by an index that is repeated exactly, to publish their recall; 0 for none.</summary>
    public double RecallSamplingShare { get; init; } = 0.01;

    /// <summary>What such checks may take of one processor, 0 to 1.</summary>
    public double RecallSamplingTime { get; init; } = 0.02;

    /// <summary>
    /// How many merges and index builds run at once in this process, over all shards: the processors that they may take. Their memory is bounded by
    /// <see cref="MaxSegmentBytes"/>: about 40 bytes for each row, and the index, a fifth to a quarter of the vectors.
    /// </summary>
    public int MaintenanceThreads { get; init; } = 1;

    /// <summary>How often deletions are looked at and garbage is collected where no seal gives an occasion.</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a replica that follows looks into the log by itself; the leader tells it of writes.</summary>
    public TimeSpan FollowInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a replica that follows looks whether segments were merged. Less than <see cref="GarbageGrace"/>.</summary>
    public TimeSpan FollowManifestInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write that asked for it waits for the other replicas.</summary>
    public TimeSpan ReplicationTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>So many segments of about one size are merged into one.</summary>
    public int MergeFactor { get; init; } = 4;

    /// <summary>A segment of which more than this share is deleted is written anew without those rows.</summary>
    public double MergeDeletedShare { get; init; } = 0.3;

    /// <summary>No merge makes a larger segment: 8 GiB by default.</summary>
    public long MaxSegmentBytes { get; init; } = 8L << 30;

    /// <summary>The names, values and allowed ranges of what is wrong, prefixed with the configuration section; empty when all is well.</summary>
    public IEnumerable<string> Validate(string section = "Manifold:Shards")
    {
        if (SealAfterBytes is < 4096 or > 1L << 40)
        {
            yield return $"{section}:SealAfterBytes is {SealAfterBytes}; it must be between 4096 and {1L << 40}.";
        }
        if (SealRetryAfter <= TimeSpan.Zero || SealRetryAfter > TimeSpan.FromDays(1))
        {
            yield return $"{section}:SealRetryAfter is {SealRetryAfter}; it must be above zero and at most a day.";
        }
        if (GarbageGrace < TimeSpan.Zero || GarbageGrace > TimeSpan.FromDays(3650))
        {
            yield return $"{section}:GarbageGrace is {GarbageGrace}; it must be between zero and 3650 days.";
        }
        if (MaxPendingBytes < 1 << 20)
        {
            yield return $"{section}:MaxPendingBytes is {MaxPendingBytes}; it must be at least {1 << 20}.";
        }
        if (MaxWriters is < 1 or > 100_000)
        {
            yield return $"{section}:MaxWriters is {MaxWriters}; it must be between 1 and 100000.";
        }
        if (MaintenanceThreads is < 1 or > 1024)
        {
            yield return $"{section}:MaintenanceThreads is {MaintenanceThreads}; it must be between 1 and 1024.";
        }
        if (MaintenanceInterval <= TimeSpan.Zero || MaintenanceInterval > TimeSpan.FromDays(1))
        {
            yield return $"{section}:MaintenanceInterval is {MaintenanceInterval}; it must be above zero and at most a day.";
        }
        if (FollowInterval < TimeSpan.FromMilliseconds(1) || FollowInterval > TimeSpan.FromHours(1))
        {
            yield return $"{section}:FollowInterval is {FollowInterval}; it must be between a millisecond and an hour.";
        }
        if (FollowManifestInterval < TimeSpan.FromMilliseconds(1) || FollowManifestInterval > TimeSpan.FromDays(1))
        {
            yield return $"{section}:FollowManifestInterval is {FollowManifestInterval}; it must be between a millisecond and a day.";
        }
        if (ReplicationTimeout < TimeSpan.Zero || ReplicationTimeout > TimeSpan.FromHours(1))
        {
            yield return $"{section}:ReplicationTimeout is {ReplicationTimeout}; it must be between 0 and an hour.";
        }
        if (MergeFactor is < 2 or > 100)
        {
            yield return $"{section}:MergeFactor is {MergeFactor}; it must be between 2 and 100.";
        }
        if (!(MergeDeletedShare is >= 0.01 and <= 1))
        {
            yield return $"{section}:MergeDeletedShare is {MergeDeletedShare}; it must be between 0.01 and 1.";
        }
        if (MaxSegmentBytes is < 4096 or > 1L << 50)
        {
            yield return $"{section}:MaxSegmentBytes is {MaxSegmentBytes}; it must be between 4096 and {1L << 50}.";
        }
        if (!(RecallSamplingShare is >= 0 and <= 1))
        {
            yield return $"{section}:RecallSamplingShare is {RecallSamplingShare}; it must be between 0 and 1.";
        }
        if (!(RecallSamplingTime is > 0 and <= 1))
        {
            yield return $"{section}:RecallSamplingTime is {RecallSamplingTime}; it must be above 0 and at most 1.";
        }
        if (SearchThreads is < 0 or > 1024)
        {
            yield return $"{section}:SearchThreads is {SearchThreads}; it must be between 0 and 1024.";
        }
    }
}
