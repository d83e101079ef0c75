namespace Manifold.Encoders;

/// <summary>Size and checksum of one file of a bundle.</summary>
public sealed record BundleFile
{
    /// <summary>Length in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 as 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }
}
