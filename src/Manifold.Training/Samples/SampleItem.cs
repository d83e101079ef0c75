using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>A line of <c>samples/items.jsonl</c>: a picture and its attributes, in the form that <c>manifold ingest</c> reads.</summary>
public sealed record SampleItem
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Path relative to the JSONL file.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    [JsonPropertyName("caption")]
    public required string Caption { get; init; }

    [JsonPropertyName("caption_zh")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CaptionZh { get; init; }

    [JsonPropertyName("caption_fr")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CaptionFr { get; init; }

    /// <summary><c>openclipart</c>, <c>noto</c> or <c>fluent</c>.</summary>
    [JsonPropertyName("source")]
    public required string Source { get; init; }

    /// <summary>SPDX identifier, or <c>public-domain</c>.</summary>
    [JsonPropertyName("license")]
    public required string License { get; init; }

    /// <summary>The emoji's group, or the clip art's folder.</summary>
    [JsonPropertyName("category")]
    public required string Category { get; init; }

    [JsonPropertyName("tags")]
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary><c>train</c> when the bundle may have learnt from the concept, else <c>held-out</c>.</summary>
    [JsonPropertyName("split")]
    public required string Split { get; init; }
}
