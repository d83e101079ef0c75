namespace Manifold.Encoders;

/// <summary>Names of the text model's inputs.</summary>
public sealed record TextTowerInputs
{
    /// <summary>int64 [batch × tokens], padded with 0.</summary>
    public required string Ids { get; init; }

    /// <summary>float32 [batch × tokens], padded with 0.</summary>
    public required string Weights { get; init; }
}
