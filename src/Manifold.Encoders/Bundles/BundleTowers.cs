using System.Text.Json.Serialization;

namespace Manifold.Encoders;

/// <summary>The towers of a bundle, one for each modality that it serves; at least one.</summary>
public sealed record BundleTowers
{
    public TextTower? Text { get; init; }

    public ImageTower? Image { get; init; }

    public AudioTower? Audio { get; init; }

    /// <summary>The modalities that have a tower.</summary>
    [JsonIgnore]
    public IReadOnlyList<Modality> Modalities
    {
        get
        {
            var modalities = new List<Modality>();
            if (Text is not null)
                modalities.Add(Modality.Text);
            if (Image is not null)
                modalities.Add(Modality.Image);
            if (Audio is not null)
                modalities.Add(Modality.Audio);
            return modalities;
        }
    }

    /// <summary>Whether content of a kind gets a vector: video has no tower of its own, but its frames go through the image tower and its sound through the audio tower.</summary>
    public bool Encodes(Modality modality) => modality == Modality.Video ? Image is not null || Audio is not null : Modalities.Contains(modality);
}
