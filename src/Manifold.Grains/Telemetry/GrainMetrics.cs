using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Manifold.Grains;

/// <summary>The meter and the trace source of this assembly; docs/telemetry.md lists the instruments and the spans.</summary>
public static class GrainMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Manifold.Grains";

    /// <summary>What a query of a collection that is not there is counted under: names that callers make up are without number.</summary>
    public const string UnknownCollection = "unknown";

    private static readonly Meter Meter = new(Name);

    // A search of one small shard takes tens of microseconds; beyond ten seconds its caller is gone.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Histogram<double> WriteDuration { get; } =
        Meter.CreateHistogram("manifold.writes.duration", "s", "From a batch that is encoded and validated to the level that it asked for, over all its shards.", advice: Seconds);

    internal static Counter<long> WriteItems { get; } =
        Meter.CreateCounter<long>("manifold.writes.items", "{item}", "Items that were to be written, by what became of them.");

    internal static Counter<long> WriteBatches { get; } =
        Meter.CreateCounter<long>("manifold.writes.batches", "{batch}", "Batches that were to be written, by what became of them.");

    internal static Histogram<double> ReplicationDuration { get; } =
        Meter.CreateHistogram("manifold.writes.replication.duration", "s", "From a batch's arrival at its leader until all replicas had applied it, or the leader waited no longer.", advice: Seconds);

    internal static Counter<long> ReplicasCompared { get; } =
        Meter.CreateCounter<long>("manifold.replicas.compared", "{comparison}", "Comparisons of a shard's replicas: same, differs (then they were made anew), or unsettled.");

    internal static Counter<long> ReencodedItems { get; } =
        Meter.CreateCounter<long>("manifold.reencoding.items", "{item}", "Items that were to get vectors of a space from their content: encoded, changed (by others meanwhile), or failed.");

    private static Histogram<double> PhaseDuration { get; } =
        Meter.CreateHistogram("manifold.queries.phase.duration", "s", "One phase of a query, and all of it.", advice: Seconds);

    private static Counter<long> QueriesFinished { get; } =
        Meter.CreateCounter<long>("manifold.queries.finished", "{query}", "Queries by what they gave and how they ended.");

    private static Counter<long> QueriesPartial { get; } =
        Meter.CreateCounter<long>("manifold.queries.partial", "{query}", "Queries answered without some of their shards.");

    /// <summary>Notes how long a phase of a query took.</summary>
    /// <param name="collection">The collection's name, or <see cref="UnknownCollection"/>.</param>
    /// <param name="phase">One of those in <see cref="QueryPhases"/>.</param>
    /// <param name="started">When it began, as a timestamp of <see cref="Stopwatch"/>.</param>
    public static void RecordPhase(string collection, string phase, long started) =>
        PhaseDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("collection", collection), new("phase", phase));

    /// <summary>Notes a query that is over.</summary>
    /// <param name="collection">The collection's name, or <see cref="UnknownCollection"/>.</param>
    /// <param name="kind">What it gave: vector, text, image, item, words, several or hybrid.</param>
    /// <param name="outcome">complete, partial, cancelled, or the error's code.</param>
    public static void CountQuery(string collection, string kind, string outcome)
    {
        QueriesFinished.Add(1, new("collection", collection), new("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));

        // Also where it is none: a counter that is first seen at 1 has not grown, as far as increase() knows.
        QueriesPartial.Add(outcome == "partial" ? 1 : 0, new KeyValuePair<string, object?>("collection", collection));
    }

    /// <summary>An error's code as a tag: <c>invalid_argument</c>, <c>unavailable</c>, …</summary>
    public static string CodeOf(Exception exception) => exception is OperationCanceledException
        ? "cancelled"
        : ErrorTranslation.Translate(exception).Kind switch
        {
            ErrorKind.InvalidArgument => "invalid_argument",
            ErrorKind.DeadlineExceeded => "deadline_exceeded",
            ErrorKind.NotFound => "not_found",
            ErrorKind.AlreadyExists => "already_exists",
            ErrorKind.ResourceExhausted => "resource_exhausted",
            ErrorKind.FailedPrecondition => "failed_precondition",
            ErrorKind.Aborted => "aborted",
            ErrorKind.Unavailable => "unavailable",
            ErrorKind.DataLoss => "data_loss",
            _ => "internal",
        };
}
