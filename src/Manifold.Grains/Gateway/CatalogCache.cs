using System.Collections.Concurrent;

namespace Manifold.Grains;

/// <summary>
/// A gateway's copies of the catalog's entries. A collection never changes after its creation, so an entry is right until the collection is
/// dropped, which shows when a shard answers that it is gone. Thread-safe.
/// </summary>
public sealed class CatalogCache(IGrainFactory grains)
{
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
        _byName[name] = found;
        return found;
    }

    /// <summary>Runs a call on a collection; when it turns out that the copy was out of date, once more on the present one.</summary>
    public async Task<T> WithAsync<T>(string name, Func<CollectionInfo, Task<T>> call)
    {
        var collection = await GetAsync(name);
        try
        {
            return await call(collection);
        }
        catch (ManifoldException e) when (e is { Kind: ErrorKind.NotFound, Field: "collection" })
        {
            Forget(collection);
            return await call(await GetAsync(name));
        }
    }

    /// <summary>Forgets a copy that turned out to be out of date.</summary>
    public void Forget(CollectionInfo collection)
    {
        if (_byName.TryGetValue(collection.Name, out var known) && known.Id == collection.Id)
        {
            _byName.TryRemove(KeyValuePair.Create(collection.Name, known));
        }
    }
}
