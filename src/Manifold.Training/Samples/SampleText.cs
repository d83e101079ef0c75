using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>A line of <c>samples/texts.jsonl</c>: a short text as an item of its own.</summary>
public sealed record SampleText
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("text")]
    public required string Text { get; init; }

    [JsonPropertyName("language")]
    public required string Language { get; init; }

    /// <summary>The emoji's group.</summary>
    [JsonPropertyName("category")]
    public required string Category { get; init; }

    [JsonPropertyName("source")]
    public string Source { get; init; } = "emojibase";

    [JsonPropertyName("license")]
    public string License { get; init; } = "MIT";
}
