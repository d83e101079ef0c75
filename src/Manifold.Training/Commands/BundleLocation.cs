using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Finds the bundle that a command names.</summary>
public static class BundleLocation
{
    /// <summary>The name that stands for the shipped bundle.</summary>
    public const string Default = "default";

    private const string Shipped = "manifold-mini";

    /// <summary>The folder itself, or for <see cref="Default"/> <c>bundles/manifold-mini</c> beside the executable or in a folder above it (the repository).</summary>
    /// <exception cref="DirectoryNotFoundException">The default bundle is nowhere there.</exception>
    public static string Resolve(string bundle)
    {
        if (bundle != Default)
            return Path.GetFullPath(bundle);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "bundles", Shipped);
            if (Bundle.Exists(candidate))
                return candidate;
        }

        throw new DirectoryNotFoundException($"No bundles/{Shipped} beside or above {AppContext.BaseDirectory}; name a folder with --bundle.");
    }
}
