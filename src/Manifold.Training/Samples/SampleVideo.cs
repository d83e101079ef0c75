using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>A line of <c>samples/videos.jsonl</c>: stills that move, one after the other.</summary>
public sealed record SampleVideo
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Path relative to the JSONL file.</summary>
    [JsonPropertyName("video")]
    public required string Video { get; init; }

    /// <summary>What is seen, in order.</summary>
    [JsonPropertyName("caption")]
    public required string Caption { get; init; }

    [JsonPropertyName("source")]
    public string Source { get; init; } = "fluent";

    [JsonPropertyName("license")]
    public string License { get; init; } = "MIT";
}
