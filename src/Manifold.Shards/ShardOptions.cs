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

    /// <summary>How many segments are indexed at once in this process, over all shards; each takes a processor while it lasts, and memory for the index that it makes.</summary>
    public int IndexingThreads { get; init; } = 1;

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
        if (IndexingThreads is < 1 or > 1024)
        {
            yield return $"{section}:IndexingThreads is {IndexingThreads}; it must be between 1 and 1024.";
        }
        if (SearchThreads is < 0 or > 1024)
        {
            yield return $"{section}:SearchThreads is {SearchThreads}; it must be between 0 and 1024.";
        }
    }
}
