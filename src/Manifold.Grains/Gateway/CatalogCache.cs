using System.Collections.Concurrent;
using System.Diagnostics;

namespace Manifold.Grains;

/// <summary>
/// A gateway's copies of the catalog's entries. A copy that is out of date where it matters shows: a shard answers that there are other shards or spaces, or that it is gone. For the
/// rest (which space is the default) a copy is read again in the background after a while; until then it goes on answering. Thread-safe.
/// </summary>
public sealed class CatalogCache(IGrainFactory grains, CoordinatorOptions options)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>A copy older than this is read again: so long may a gateway go by the default space from before a switch.</summary>
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Copy> _byName = new(StringComparer.Ordinal);

    /// <exception cref="ManifoldException">NotFound.</exception>
    public async ValueTask<CollectionInfo> GetAsync(string name, string field = "collection")
    {
        if (_byName.TryGetValue(name, out var known))
        {
            if (Stopwatch.GetElapsedTime(known.ReadAt) >= RefreshAfter && known.TryBeginRefresh())
            {
                _ = RefreshAsync(name, known);
            }
            return known.Collection;
        }
        if (name.Length == 0)
        {
            throw ManifoldException.Invalid(field, "name a collection");
        }
        var found = await grains.GetGrain<ICatalogGrain>(0).FindAsync(name)
            ?? throw new ManifoldException(ErrorKind.NotFound, $"there is no collection \"{name}\"", field);
        if (found.IsRestoring)
        {
            throw new ManifoldException(ErrorKind.Unavailable, $"collection \"{name}\" is being restored from a snapshot", field, TimeSpan.FromSeconds(1));
        }
        _byName[name] = new Copy(found);
        return found;
    }

    /// <summary>Takes an entry that the catalog has just given.</summary>
    public void Take(CollectionInfo collection) => _byName[collection.Name] = new Copy(collection);

    /// <summary>Whether a collection of that name was found before, and not found gone since.</summary>
    public bool Knows(string name) => _byName.ContainsKey(name);

    /// <summary>
    /// Runs a call on a collection; when it turns out that the copy was out of date, again on the present one: once where the collection was dropped, and for a while where it is
    /// being split or gets a space.
    /// </summary>
    public async Task<T> WithAsync<T>(string name, Func<CollectionInfo, Task<T>> call)
    {
        var collection = await GetAsync(name);
        var started = Stopwatch.GetTimestamp();
        var isForgotten = false;
        while (true)
        {
            try
            {
                return await call(collection);
            }
            catch (ManifoldException e) when (e is { Kind: ErrorKind.NotFound, Field: "collection" } && !isForgotten)
            {
                Forget(collection);
                isForgotten = true;
                collection = await GetAsync(name);
            }
            catch (ManifoldException e) when (e.Kind == ErrorKind.Aborted)
            {
                collection = await GetChangedAsync(collection, started, CancellationToken.None);
            }
        }
    }

    /// <summary>The collection with other shards or spaces, once the catalog has it.</summary>
    /// <param name="known">The copy that turned out to be out of date.</param>
    /// <param name="started">Since when the caller has been trying, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="cancellationToken">The caller's patience.</param>
    /// <exception cref="ManifoldException">Unavailable: the split takes too long. Or the collection was dropped.</exception>
    public async Task<CollectionInfo> GetChangedAsync(CollectionInfo known, long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            Forget(known);
            var found = await GetAsync(known.Name);
            if (!IsSame(found, known))
            {
                return found;
            }
            if (Stopwatch.GetElapsedTime(started) >= options.RetryFor)
            {
                throw new ManifoldException(
                    ErrorKind.Unavailable, $"the shards of collection \"{known.Name}\" are being split, and one of them is not there yet", retryAfter: TimeSpan.FromSeconds(1));
            }
            await Task.Delay(LookAgainAfter, cancellationToken);
        }
    }

    /// <summary>Forgets a copy that turned out to be out of date.</summary>
    public void Forget(CollectionInfo collection)
    {
        if (_byName.TryGetValue(collection.Name, out var known) && IsSame(known.Collection, collection))
        {
            _byName.TryRemove(KeyValuePair.Create(collection.Name, known));
        }
    }

    private static bool IsSame(CollectionInfo one, CollectionInfo other) =>
        one.Id == other.Id && one.ShardCount == other.ShardCount && one.SchemaVersion == other.SchemaVersion;

    /// <summary>Reads an entry again. A catalog that does not answer leaves the copy as it is.</summary>
    private async Task RefreshAsync(string name, Copy known)
    {
        try
        {
            if (await grains.GetGrain<ICatalogGrain>(0).FindAsync(name) is { IsRestoring: false } found)
            {
                _byName.TryUpdate(name, new Copy(found), known);
            }
            else
            {
                _byName.TryRemove(KeyValuePair.Create(name, known));
            }
        }
        catch (Exception)
        {
            known.EndRefresh();
        }
    }

    private sealed class Copy(CollectionInfo collection)
    {
        private int _isRefreshing;

        public CollectionInfo Collection => collection;

        public long ReadAt { get; private set; } = Stopwatch.GetTimestamp();

        public bool TryBeginRefresh() => Interlocked.Exchange(ref _isRefreshing, 1) == 0;

        /// <summary>It could not be read; the next try comes after as long again.</summary>
        public void EndRefresh()
        {
            ReadAt = Stopwatch.GetTimestamp();
            Volatile.Write(ref _isRefreshing, 0);
        }
    }
}
