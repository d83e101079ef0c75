namespace Manifold.Training;

/// <summary>The folder that <c>src/Manifold.Training/data/fetch.sh</c> fills: Debian packages under <c>deb/</c>, npm packages under <c>npm/</c>.</summary>
public sealed class DataCache
{
    private static readonly string[] RequiredPackages =
    [
        "deb/tuxpaint-stamps-default", "deb/openclipart-png", "deb/openclipart-svg",
        "npm/emojibase-data", "npm/emoji-datasource-google", "npm/emoji-datasource-twitter", "npm/lobehub-fluent-emoji-3d",
        "npm/iconify-json-noto", "npm/iconify-json-noto-v1", "npm/iconify-json-fxemoji", "npm/iconify-json-emojione", "npm/openmoji",
    ];

    private DataCache(string folder) => Folder = folder;

    /// <summary>The absolute path of the cache.</summary>
    public string Folder { get; }

    /// <summary>Where the cache is looked for: <c>MANIFOLD_DATA</c>, else <c>$XDG_CACHE_HOME/manifold-data</c>, else <c>~/.cache/manifold-data</c>.</summary>
    public static string DefaultFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("MANIFOLD_DATA") is { Length: > 0 } named)
                return Path.GetFullPath(named);
            string caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
                ? xdg
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(caches, "manifold-data");
        }
    }

    /// <summary>The packages that are missing below <paramref name="folder"/>, in the fetcher's order; empty when the cache is whole.</summary>
    public static IReadOnlyList<string> MissingPackages(string folder) =>
        [.. RequiredPackages.Where(package => !File.Exists(Path.Combine(folder, package, ".done")))];

    /// <summary>Opens the cache.</summary>
    /// <exception cref="DataNotFetchedException">A package is missing; the message names it and the script that fetches it.</exception>
    public static DataCache Open(string? folder = null)
    {
        string path = Path.GetFullPath(folder ?? DefaultFolder);
        var missing = MissingPackages(path);
        return missing.Count == 0 ? new DataCache(path) : throw new DataNotFetchedException(path, missing);
    }

    /// <summary>The folder or file at <paramref name="relative"/> inside the cache.</summary>
    public string PathOf(string relative) => Path.Combine(Folder, relative);
}
