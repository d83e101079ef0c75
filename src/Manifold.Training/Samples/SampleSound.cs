using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>A line of <c>samples/sounds.jsonl</c>: a spoken caption.</summary>
public sealed record SampleSound
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Path relative to the JSONL file.</summary>
    [JsonPropertyName("audio")]
    public required string Audio { get; init; }

    /// <summary>What is said.</summary>
    [JsonPropertyName("caption")]
    public required string Caption { get; init; }

    [JsonPropertyName("language")]
    public required string Language { get; init; }

    [JsonPropertyName("source")]
    public string Source { get; init; } = "espeak-ng";

    [JsonPropertyName("license")]
    public string License { get; init; } = "MIT";
}
