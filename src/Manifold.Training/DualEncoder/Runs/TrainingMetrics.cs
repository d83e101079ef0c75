using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>What a run came to: <c>metrics.json</c>.</summary>
public sealed record TrainingMetrics : IRunCurves
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("seed")]
    public required int Seed { get; init; }

    /// <summary>SHA-256 of the configuration with all its defaults, in lower-case hex.</summary>
    [JsonPropertyName("config_sha256")]
    public required string ConfigSha256 { get; init; }

    [JsonPropertyName("concepts")]
    public required int Concepts { get; init; }

    [JsonPropertyName("pictures")]
    public required int Pictures { get; init; }

    [JsonPropertyName("texts")]
    public required int Texts { get; init; }

    /// <summary>Words that were learnt without pictures.</summary>
    [JsonPropertyName("words")]
    public int Words { get; init; }

    /// <summary>Pairs that could not be used.</summary>
    [JsonPropertyName("skipped")]
    public required IReadOnlyList<SkippedPair> Skipped { get; init; }

    /// <summary>Trainable numbers of the picture tower, without the fixed features.</summary>
    [JsonPropertyName("image_parameters")]
    public required long ImageParameters { get; init; }

    /// <summary>Trainable numbers of the text tower.</summary>
    [JsonPropertyName("text_parameters")]
    public required long TextParameters { get; init; }

    /// <summary>Wall-clock seconds of training over all sessions, without preparing pictures and without measuring.</summary>
    [JsonPropertyName("training_seconds")]
    public required double TrainingSeconds { get; init; }

    [JsonPropertyName("losses")]
    public required IReadOnlyList<LossPoint> Losses { get; init; }

    [JsonPropertyName("recalls")]
    public required IReadOnlyList<RecallPoint> Recalls { get; init; }

    /// <summary>The scores of the exported bundle, as served, on the dev queries.</summary>
    [JsonPropertyName("final")]
    public required IReadOnlyList<RetrievalScores> Final { get; init; }

    /// <summary>Bytes of the exported models.</summary>
    [JsonPropertyName("bundle_bytes")]
    public required long BundleBytes { get; init; }
}
