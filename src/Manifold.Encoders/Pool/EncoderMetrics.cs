using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Manifold.Encoders;

/// <summary>The meter and the trace source of this assembly; docs/telemetry.md lists the instruments and the spans.</summary>
public static class EncoderMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Manifold.Encoders";

    private static readonly Meter Meter = new(Name);

    // From the words of a query to a batch of large pictures on a slow processor.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    private static readonly InstrumentAdvice<int> Items = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] };

    internal static ActivitySource Activities { get; } = new(Name);

    internal static UpDownCounter<int> QueueLength { get; } =
        Meter.CreateUpDownCounter<int>("manifold.encoders.queue.length", "{item}", "Items that wait in a tower, prepared or not.");

    internal static Counter<long> Refused { get; } =
        Meter.CreateCounter<long>("manifold.encoders.refused", "{item}", "Items refused because the queue was full.");

    internal static Histogram<int> BatchSize { get; } =
        Meter.CreateHistogram("manifold.encoders.batch.size", "{item}", "Items in one run of a model.", advice: Items);

    internal static Histogram<double> BatchDuration { get; } =
        Meter.CreateHistogram("manifold.encoders.batch.duration", "s", "One run of a model.", advice: Seconds);

    internal static Histogram<double> PreparationDuration { get; } =
        Meter.CreateHistogram("manifold.encoders.preparation.duration", "s", "Decoding or tokenizing one item.", advice: Seconds);

    internal static Histogram<double> RequestDuration { get; } =
        Meter.CreateHistogram("manifold.encoders.request.duration", "s", "From arrival to answer, waiting included.", advice: Seconds);

    /// <summary>
    /// The span of one run of a model: a child of its first member's, so that a query by itself has it in its trace, and linked with all of them, both ways, as the others have
    /// traces of their own. Null where nobody listens.
    /// </summary>
    internal static Activity? StartBatch(EncoderTower tower, IReadOnlyList<EncodeRequest> batch)
    {
        if (!Activities.HasListeners())
            return null;
        List<Activity> members = [.. batch.Select(request => request.Span).OfType<Activity>()];
        Activity? activity = Activities.StartActivity(
            "encode batch", ActivityKind.Internal, members.Count > 0 ? members[0].Context : default, links: members.Select(member => new ActivityLink(member.Context)));
        if (activity is null)
            return null;
        foreach (Activity member in members)
            member.AddLink(new ActivityLink(activity.Context));
        return activity.SetTag("manifold.bundle", tower.Bundle).SetTag("manifold.modality", ModalityOf(tower)).SetTag("manifold.items", batch.Count);
    }

    internal static TagList Tags(EncoderTower tower) => new()
    {
        { "bundle", tower.Bundle },
        { "modality", ModalityOf(tower) },
    };

    private static string ModalityOf(EncoderTower tower) => tower.Modality.ToString().ToLowerInvariant();
}
