namespace Manifold.Grains;

/// <summary>The grain storage that catalog, manifests and epochs are in: files in the single process.</summary>
public static class ManifoldStorage
{
    /// <summary>The storage provider's name.</summary>
    public const string Name = "manifold";
}
