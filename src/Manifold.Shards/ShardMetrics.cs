using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Manifold.Shards;

/// <summary>
/// The meter of this assembly; docs/telemetry.md lists the instruments. They tell collections apart and never shards: a collection may have 1,024 of them, on each silo.
/// </summary>
public static class ShardMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Manifold.Shards";

    internal static readonly KeyValuePair<string, object?> Durable = new("until", "durable"), Applied = new("until", "applied");

    /// <summary>What makes and changes segments.</summary>
    internal static readonly IReadOnlyList<string> Steps = ["seal", "merge", "index"];

    private static readonly Meter Meter = new(Name);

    // A search of a small shard takes tens of microseconds; beyond ten seconds its caller is gone.
    private static readonly InstrumentAdvice<double> Searches = new() { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    private static readonly InstrumentAdvice<double> Writes = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    // From a seal of 64 MiB to the merge of 8 GiB.
    private static readonly InstrumentAdvice<double> Background = new() { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600] };

    private static readonly InstrumentAdvice<int> Together = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] };

    internal static Histogram<double> SearchWait { get; } =
        Meter.CreateHistogram("manifold.shards.search.queue.duration", "s", "Time that a search of a shard waited for a search thread.", advice: Searches);

    internal static Histogram<double> WriteDuration { get; } =
        Meter.CreateHistogram("manifold.shards.write.duration", "s", "From handing a batch over to the log until it was durable, or applied.", advice: Writes);

    internal static Counter<long> Batches { get; } =
        Meter.CreateCounter<long>("manifold.shards.write.batches", "{batch}", "Batches that a leader was given, by what became of them.");

    internal static Counter<long> Leaderships { get; } =
        Meter.CreateCounter<long>("manifold.shards.leaderships", "{lead}", "Times that this silo took the lead of a shard.");

    internal static Histogram<double> StepDuration { get; } =
        Meter.CreateHistogram("manifold.segments.step.duration", "s", "Sealing, merging or indexing that succeeded.", advice: Background);

    internal static Counter<long> StepFailures { get; } =
        Meter.CreateCounter<long>("manifold.segments.step.failures", "{attempt}", "Attempts to seal, merge or index that failed.");

    private static Histogram<double> SearchRun { get; } =
        Meter.CreateHistogram("manifold.shards.search.run.duration", "s", "One pass over a shard, for one search or several together.", advice: Searches);

    private static Histogram<int> SearchTogether { get; } =
        Meter.CreateHistogram("manifold.shards.search.run.size", "{search}", "Searches that one pass answered together.", advice: Together);

    internal static KeyValuePair<string, object?> Of(ShardEngine engine) => new("collection", engine.Definition.Collection);

    /// <summary>Notes a pass that is over.</summary>
    internal static void Searched(string collection, int searches, long started)
    {
        var tag = new KeyValuePair<string, object?>("collection", collection);
        SearchRun.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tag);
        SearchTogether.Record(searches, tag);
    }
}
