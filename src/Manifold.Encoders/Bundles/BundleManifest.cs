namespace Manifold.Encoders;

/// <summary>What <c>bundle.json</c> says: see docs/bundle.md, key by key. Immutable.</summary>
public sealed record BundleManifest
{
    /// <summary>The format that this version reads and writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The manifest's file name within its folder.</summary>
    public const string FileName = "bundle.json";

    /// <summary>The greatest <see cref="Dimension"/>, the cluster's own limit for a vector.</summary>
    public const int MaxDimension = 4096;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Whether a bundle may be called so: see <see cref="Name"/>.</summary>
    public static bool IsName(string name) => BundleManifestChecks.IsName(name);

    /// <summary>1 to 64 of a–z, 0–9, '.', '_' and '-', beginning with a letter or digit: what collections refer to.</summary>
    public required string Name { get; init; }

    /// <summary>The version of the model, for people: <c>1.0.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Length of every vector, 1 to <see cref="MaxDimension"/>.</summary>
    public required int Dimension { get; init; }

    /// <summary>SPDX expression of the model's licence.</summary>
    public string? License { get; init; }

    /// <summary>One or two sentences for listings.</summary>
    public string? Description { get; init; }

    public required BundleTowers Towers { get; init; }

    /// <summary>Every file that the towers name, with size and checksum. <see cref="Bundle.WriteManifest"/> fills it.</summary>
    public IReadOnlyDictionary<string, BundleFile> Files { get; init; } = new Dictionary<string, BundleFile>();
}
