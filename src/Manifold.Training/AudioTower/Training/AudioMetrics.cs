using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>What a run came to: <c>metrics.json</c>.</summary>
public sealed record AudioMetrics : IRunCurves
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("seed")]
    public required int Seed { get; init; }

    /// <summary>SHA-256 of the configuration with all its defaults, in lower-case hex.</summary>
    [JsonPropertyName("config_sha256")]
    public required string ConfigSha256 { get; init; }

    /// <summary>Recordings that were heard.</summary>
    [JsonPropertyName("clips")]
    public required int Clips { get; init; }

    /// <summary>Different texts that were said in them.</summary>
    [JsonPropertyName("texts")]
    public required int Texts { get; init; }

    /// <summary>Recordings that could not be used.</summary>
    [JsonPropertyName("skipped")]
    public required IReadOnlyList<SkippedPair> Skipped { get; init; }

    /// <summary>Learned numbers of the tower.</summary>
    [JsonPropertyName("parameters")]
    public required long Parameters { get; init; }

    /// <summary>Wall-clock seconds of training over all sessions, without speaking and without measuring.</summary>
    [JsonPropertyName("training_seconds")]
    public required double TrainingSeconds { get; init; }

    [JsonPropertyName("losses")]
    public required IReadOnlyList<LossPoint> Losses { get; init; }

    [JsonPropertyName("recalls")]
    public required IReadOnlyList<RecallPoint> Recalls { get; init; }

    /// <summary>The scores of the exported bundle, as served, on the dev queries.</summary>
    [JsonPropertyName("final")]
    public required IReadOnlyList<RetrievalScores> Final { get; init; }

    /// <summary>Bytes of the exported tower.</summary>
    [JsonPropertyName("model_bytes")]
    public required long ModelBytes { get; init; }
}
