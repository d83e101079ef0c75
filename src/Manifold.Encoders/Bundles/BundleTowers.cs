using System.Text.Json.Serialization;

namespace Manifold.Encoders;

/// <summary>The towers of a bundle, one for each modality that it serves; at least one.</summary>
public sealed record BundleTowers
{
    public TextTower? Text { get; init; }

    public ImageTower? Image { get; init; }

    /// <summary>The modalities that have a tower.</summary>
    [JsonIgnore]
    public IReadOnlyList<Modality> Modalities =>
        [.. Text is null ? Array.Empty<Modality>() : [Modality.Text], .. Image is null ? Array.Empty<Modality>() : [Modality.Image]];
}
