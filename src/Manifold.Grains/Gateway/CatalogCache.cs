using System.Collections.Concurrent;
using System.Diagnostics;

namespace Manifold.Grains;

/// <summary>
/// A gateway's copies of the catalog's entries. Of a collection only the number of its shards changes after its creation; so an entry is right until the collection is
/// split or dropped, which shows when a shard answers that there are others, or that it is gone. Thread-safe.
/// </summary>
public sealed class CatalogCache(IGrainFactory grains, CoordinatorOptions options)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, CollectionInfo> _byName = new(StringComparer.Ordinal);

    /// <exception cref="ManifoldException">NotFound.</exception>
    public async ValueTask<CollectionInfo> GetAsync(string name, string field = "collection")
    {
        if (_byName.TryGetValue(name, out var known))
        {
            return known;
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
        _byName[name] = found;
        return found;
    }

    /// <summary>Whether a collection of that name was found before, and not found gone since.</summary>
    public bool Knows(string name) => _byName.ContainsKey(name);

    /// <summary>
    /// Runs a call on a collection; when it turns out that the copy was out of date, again on the present one: once where the collection was dropped, and for a while where it is
    /// being split.
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
                collection = await GetSplitAsync(collection, started, CancellationToken.None);
            }
        }
    }

    /// <summary>The collection with another number of shards, once the catalog has it.</summary>
    /// <param name="known">The copy that turned out to be out of date.</param>
    /// <param name="started">Since when the caller has been trying, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="cancellationToken">The caller's patience.</param>
    /// <exception cref="ManifoldException">Unavailable: the split takes too long. Or the collection was dropped.</exception>
    public async Task<CollectionInfo> GetSplitAsync(CollectionInfo known, long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            Forget(known);
            var found = await GetAsync(known.Name);
            if (found.ShardCount != known.ShardCount || found.Id != known.Id)
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
        if (_byName.TryGetValue(collection.Name, out var known) && known.Id == collection.Id && known.ShardCount == collection.ShardCount)
        {
            _byName.TryRemove(KeyValuePair.Create(collection.Name, known));
        }
    }
}
