namespace Manifold.Encoders;

/// <summary>
/// A folder of bundles that tools put new ones in. A bundle is made in a folder of its own whose name begins with a dot, which <see cref="BundleFolders"/> passes over, and
/// gets its name in one step when it is whole.
/// </summary>
public static class BundleLibrary
{
    /// <summary>The environment variable that names the library.</summary>
    public const string Variable = "MANIFOLD_BUNDLES";

    /// <summary>
    /// The folder that <see cref="Variable"/> names, else <c>manifold/bundles</c> in the user's folder for local data (<c>~/.local/share</c> on Linux); null where there is none.
    /// </summary>
    public static string? DefaultPath
    {
        get
        {
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
                return Path.GetFullPath(named);
            string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return local.Length == 0 ? null : Path.Combine(local, "manifold", "bundles");
        }
    }

    /// <summary>Whether there is a library at a path, with a bundle in it.</summary>
    public static bool HasBundles(string library) => Directory.Exists(library) && BundleFolders.In(library).Length > 0;

    /// <summary>Where a bundle of that name is made, before it is whole.</summary>
    /// <param name="library">The library.</param>
    /// <param name="name">The bundle's name.</param>
    /// <param name="purpose">What makes it; one maker's leftovers are not another's.</param>
    public static string WorkFolder(string library, string name, string purpose) => Path.Combine(Path.GetFullPath(library), $".{name}.{purpose}");

    /// <exception cref="IOException">Something of that name is there.</exception>
    public static void CheckVacant(string library, string name, bool replace)
    {
        string path = Path.Combine(Path.GetFullPath(library), name);
        if (!replace && Path.Exists(path))
            throw new IOException($"{path} is there already, and is replaced only where that is asked for");
    }

    /// <summary>Checks a finished folder in full and gives it the bundle's name; a bundle that had it is gone.</summary>
    /// <exception cref="InvalidBundleException">It is not whole; the library is as before.</exception>
    public static Bundle Publish(string work, string library, string name)
    {
        Bundle made = Bundle.Load(work);
        string path = Path.Combine(Path.GetFullPath(library), name), old = WorkFolder(library, name, "old");
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
        if (Directory.Exists(path))
            Directory.Move(path, old);
        Directory.Move(work, path);
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
        return made.MovedTo(path);
    }
}
