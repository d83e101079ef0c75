using System.Collections.Concurrent;

namespace Manifold.Storage;

/// <summary>Stores beside the cluster's own, where snapshots are: opened when they are first asked for, and kept. Safe for concurrent use.</summary>
/// <param name="cache">Gives the cache of a store beyond this machine; not asked for a folder.</param>
/// <param name="roots">Where they may be: what a store's URI or path must begin with; empty: anywhere.</param>
public sealed class SegmentStores(Func<SegmentCache> cache, IReadOnlyList<string> roots) : IDisposable
{
    private readonly ConcurrentDictionary<string, ISharedSegmentStore> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly IReadOnlyList<string> _roots = [.. roots.Select(root => SegmentStoreUri.Parse(root, "Manifold:SnapshotRoots").ToString())];

    /// <summary>The store that a URI names.</summary>
    /// <exception cref="FormatException">It names no store, a relative path, or one where none may be.</exception>
    /// <exception cref="IOException">The folder cannot be created, or the store cannot be used.</exception>
    public async Task<ISegmentStore> OpenAsync(string uri, CancellationToken cancellationToken)
    {
        var parsed = SegmentStoreUri.Parse(uri, "store");
        if (parsed.Folder is not null && !uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && !Path.IsPathFullyQualified(uri))
        {
            throw new FormatException($"store is \"{uri}\": a path must be absolute, for silos have working directories of their own.");
        }
        var name = parsed.ToString();
        if (_roots.Count > 0 && !_roots.Any(root => name == root || name.StartsWith(root.TrimEnd('/') + '/', StringComparison.Ordinal)))
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

    public void Dispose()
    {
        foreach (var store in _open.Values)
        {
            store.Dispose();
        }
        _opening.Dispose();
    }
}
