namespace Manifold.Client;

/// <summary>An encoder bundle that the server has loaded.</summary>
public sealed record BundleInfo(
    string Name, string Version, int Dimension, IReadOnlyList<Modality> Modalities, string Description, string License);
