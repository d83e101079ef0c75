using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Manifold.Storage;

/// <summary>The meter of this assembly; docs/telemetry.md lists the instruments.</summary>
public static class StorageMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Manifold.Storage";

    /// <summary>Where logs are, as the tag <c>medium</c> says it.</summary>
    internal static readonly KeyValuePair<string, object?> File = new("medium", "file"), Redis = new("medium", "redis");

    private static readonly Meter Meter = new(Name);

    // From a flush of a fast disk to a disk that hangs.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    // Up to what one call of the Redis script takes, and what 64 writers of 16 shards hand over at once.
    private static readonly InstrumentAdvice<int> Records = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };

    internal static Histogram<int> CommitRecords { get; } =
        Meter.CreateHistogram("manifold.log.commit.records", "{record}", "Records that one commit of the log made durable.", advice: Records);

    internal static Histogram<double> CommitDuration { get; } =
        Meter.CreateHistogram("manifold.log.commit.duration", "s", "One commit of the log: writing and flushing, or the call to Redis.", advice: Seconds);

    internal static Counter<long> CommitFailures { get; } =
        Meter.CreateCounter<long>("manifold.log.commit.failures", "{commit}", "Commits of a log that failed; its lead ended.");

    /// <summary>Notes a commit that succeeded.</summary>
    internal static void Committed(int records, long started, KeyValuePair<string, object?> medium)
    {
        CommitRecords.Record(records, medium);
        CommitDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, medium);

        // A counter that is first seen at 1 has not grown, as far as increase() knows.
        CommitFailures.Add(0, medium);
    }
}
