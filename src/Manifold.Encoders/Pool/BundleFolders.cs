namespace Manifold.Encoders;

/// <summary>Finds bundles on disk.</summary>
public static class BundleFolders
{
    /// <summary>The folder itself where it is a bundle, else those of its direct subfolders that are, by name.</summary>
    /// <exception cref="InvalidBundleException">The folder is not there, or holds no bundle.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        string path = Path.GetFullPath(folder);
        string key = $"{EncoderOptions.Section}:{nameof(EncoderOptions.BundleFolders)}";
        if (!Directory.Exists(path))
            throw new InvalidBundleException(path, key, "names this folder, which is not there");
        if (Bundle.Exists(path))
            return [path];
        string[] found = In(path);
        if (found.Length == 0)
            throw new InvalidBundleException(path, key, $"names this folder, which neither has a {BundleManifest.FileName} nor a subfolder with one");
        return found;
    }

    /// <summary>The bundles among a folder's direct subfolders, by name. Those whose names begin with a dot are being made.</summary>
    internal static string[] In(string folder) =>
        [.. Directory.EnumerateDirectories(folder).Where(d => !Path.GetFileName(d).StartsWith('.') && Bundle.Exists(d)).Order(StringComparer.Ordinal)];
}
