using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Manifold.Encoders;

/// <summary>The meter and the trace source of this assembly; docs/encoders.md lists the instruments.</summary>
public static class EncoderMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Manifold.Encoders";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Activities { get; } = new(Name);

    internal static UpDownCounter<int> QueueLength { get; } =
        Meter.CreateUpDownCounter<int>("manifold.encoders.queue.length", "{item}", "Items that wait in a tower, prepared or not.");

    internal static Counter<long> Refused { get; } =
        Meter.CreateCounter<long>("manifold.encoders.refused", "{item}", "Items refused because the queue was full.");

    internal static Histogram<int> BatchSize { get; } =
        Meter.CreateHistogram<int>("manifold.encoders.batch.size", "{item}", "Items in one run of a model.");

    internal static Histogram<double> BatchDuration { get; } =
        Meter.CreateHistogram<double>("manifold.encoders.batch.duration", "s", "One run of a model.");

    internal static Histogram<double> PreparationDuration { get; } =
        Meter.CreateHistogram<double>("manifold.encoders.preparation.duration", "s", "Decoding or tokenizing one item.");

    internal static Histogram<double> RequestDuration { get; } =
        Meter.CreateHistogram<double>("manifold.encoders.request.duration", "s", "From arrival to answer, waiting included.");

    internal static TagList Tags(EncoderTower tower) => new()
    {
        { "bundle", tower.Bundle },
        { "modality", tower.Modality.ToString().ToLowerInvariant() },
    };
}
