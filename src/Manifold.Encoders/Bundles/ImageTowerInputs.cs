namespace Manifold.Encoders;

/// <summary>Names of the image model's inputs.</summary>
public sealed record ImageTowerInputs
{
    /// <summary>float32 [batch × 3 × height × width], channels red, green, blue.</summary>
    public required string Pixels { get; init; }
}
