namespace Manifold.Encoders;

/// <summary>What a picture may cost before it is refused.</summary>
public sealed record ImageLimits
{
    /// <summary>Greatest size of the encoded file in bytes; 20 MiB, above any camera's JPEG.</summary>
    public long MaxBytes { get; init; } = 20L << 20;

    /// <summary>Greatest width × height; 100 million, a medium-format photograph. Checked on the header, before pixels are decoded.</summary>
    public long MaxPixels { get; init; } = 100_000_000;
}
