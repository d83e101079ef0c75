using System.Collections.Concurrent;

namespace Manifold.Storage;

/// <summary>Stores beside the cluster's own, where snapshots are: opened when they are first asked for, and kept. Safe for concurrent use.</summary>
/// <param name="cache">Gives the cache of a store beyond this machine; not asked for a folder.</param>
/// <param name="roots">Where they may be: what a store's URI or path must begin with; empty: anywhere.</param>
public sealed class SegmentStores(Func<SegmentCache> cache, IReadOnlyList<string> roots) : IDisposable
{
    private readonly ConcurrentDictionary<string, ISharedSegmentStore> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly IReadOnlyList<SegmentStoreUri> _roots = [.. roots.Select(root => SegmentStoreUri.Parse(root, "Manifold:SnapshotRoots"))];

    /// <summary>The store that a URI names.</summary>
    /// <exception cref="FormatException">It names no store, a relative path, or one where none may be.</exception>
    /// <exception cref="IOException">The folder cannot be created, or the store cannot be used.</exception>
    public async Task<ISegmentStore> OpenAsync(string uri, CancellationToken cancellationToken)
    {
        var parsed = Parse(uri);
        var name = Canonical(uri);
        if (_roots.Count > 0 && !_roots.Any(root => IsBelow(root, parsed)))
        {
            throw new FormatException($"store is \"{uri}\": it must be below one of Manifold:SnapshotRoots ({string.Join(", ", _roots)}).");
        }
        if (_open.TryGetValue(name, out var known))
        {
            return known;
        }
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _open.TryGetValue(name, out known) ? known : _open[name] = await SegmentStoreFactory.OpenAsync(parsed, cache, cancellationToken, isShared: true);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The one spelling that all URIs and paths of a store have in common.</summary>
    /// <exception cref="FormatException">It names no store, or a relative path.</exception>
    public static string Canonical(string uri) => Parse(uri) is { Folder: { } folder } ? Path.TrimEndingDirectorySeparator(folder) : Parse(uri).ToString();

    /// <summary>A server and region that the root does not name are not below it: silos would go to any address with their credentials.</summary>
    private static bool IsBelow(SegmentStoreUri root, SegmentStoreUri store) =>
        (root.Folder is null) == (store.Folder is null) && root.Bucket == store.Bucket && root.Endpoint == store.Endpoint && root.Region == store.Region
        && IsBelow(root.Folder ?? root.Prefix, store.Folder ?? store.Prefix);

    private static bool IsBelow(string root, string path) =>
        root.Length == 0 || path == root || Path.TrimEndingDirectorySeparator(path) == root.TrimEnd('/') || path.StartsWith(root.TrimEnd('/') + '/', StringComparison.Ordinal);

    private static SegmentStoreUri Parse(string uri)
    {
        var parsed = SegmentStoreUri.Parse(uri, "store");
        if (parsed.Folder is null || uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || Path.IsPathFullyQualified(uri))
        {
            return parsed;
        }
        throw new FormatException($"store is \"{uri}\": a path must be absolute, for silos have working directories of their own.");
    }

    public void Dispose()
    {
        foreach (var store in _open.Values)
        {
            store.Dispose();
        }
        _opening.Dispose();
    }
}
