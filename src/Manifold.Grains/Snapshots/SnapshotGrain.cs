using System.Text.Json;
using Manifold.Shards;
using Manifold.Storage;
using Microsoft.Extensions.Logging;

namespace Manifold.Grains;

[ShardRole]
internal sealed partial class SnapshotGrain(ShardServices services, ILogger<SnapshotGrain> logger) : Grain, ISnapshotGrain
{
    /// <summary>Shards that are copied at once: as much disk and network as that takes.</summary>
    private const int CopiedAtOnce = 4;

    /// <summary>A shard that cannot be copied at the moment (its leader moves, a store does not answer) is tried again for so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, SnapshotStatus> _made = new(StringComparer.Ordinal);

    private string Store => this.GetPrimaryKeyString();

    public async Task<SnapshotStatus> CreateAsync(string collection, string name)
    {
        CollectionRules.CheckName(name, "name");
        var info = await GrainFactory.GetGrain<ICatalogGrain>(0).FindAsync(collection)
            ?? throw new ManifoldException(ErrorKind.NotFound, $"there is no collection \"{collection}\"", "collection");
        if (info.IsRestoring || info.SplitTo > 0)
        {
            throw new ManifoldException(
                ErrorKind.FailedPrecondition, $"collection \"{collection}\" is being {(info.IsRestoring ? "restored" : "split")}: make a snapshot of it afterwards", "collection");
        }
        var folder = FolderOf(collection, name);
        if (_made.TryGetValue(folder, out var known) && known is { IsComplete: false, Error: "" })
        {
            return known;
        }
        var store = await OpenAsync();
        await TryAsync(async () =>
        {
            if (await FindAsync(store, folder) is not null)
            {
                throw new ManifoldException(ErrorKind.AlreadyExists, $"there is a snapshot \"{name}\" of collection \"{collection}\" in {Store}", "name");
            }

            // What one that failed has left.
            await DeleteObjectsAsync(store, folder);
            return true;
        });
        var status = new SnapshotStatus(collection, name, DateTimeOffset.UtcNow, info.ShardCount, 0, 0, 0, "");
        _made[folder] = status;
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        _ = MakeAsync(store, folder, info, status);
        return status;
    }

    public async Task<SnapshotStatus> GetAsync(string collection, string name)
    {
        var folder = FolderOf(collection, name);
        if (_made.TryGetValue(folder, out var made) && !made.IsComplete)
        {
            return made;
        }
        var store = await OpenAsync();
        return await TryAsync(async () => await FindAsync(store, folder) is { } there ? StatusOf(there.Snapshot) : throw NotFound(collection, name));
    }

    public async Task<SnapshotStatus[]> ListAsync()
    {
        var store = await OpenAsync();
        return await TryAsync(async () =>
        {
            var found = new List<SnapshotStatus>(_made.Values.Where(made => !made.IsComplete));
            await foreach (var (name, _) in store.ListAsync("", CancellationToken.None))
            {
                if (name.Split('/') is [_, _, _, CollectionSnapshot.DocumentName]
                    && await CollectionSnapshot.ReadAsync(store, name[..^CollectionSnapshot.DocumentName.Length], CancellationToken.None) is { } there)
                {
                    found.Add(StatusOf(there));
                }
            }
            return found.OrderBy(snapshot => snapshot.Collection, StringComparer.Ordinal).ThenBy(snapshot => snapshot.Created).ToArray();
        });
    }

    public async Task<SnapshotHeader> ReadAsync(string collection, string name)
    {
        var store = await OpenAsync();
        return await TryAsync(async () =>
        {
            var (prefix, there) = await FindAsync(store, FolderOf(collection, name)) ?? throw NotFound(collection, name);
            return there.Settings.Deserialize<SnapshotSettings>(GrainStateJson.Options) is { Spaces.Length: > 0 } settings && settings.ShardCount == there.Shards.Count
                ? new SnapshotHeader(new SnapshotPlaceInfo(Store, prefix), settings)
                : throw new ManifoldException(ErrorKind.DataLoss, $"{prefix}{CollectionSnapshot.DocumentName} in {Store} is damaged: settings and shards do not go together");
        });
    }

    public async Task DeleteAsync(string collection, string name)
    {
        var folder = FolderOf(collection, name);
        if (_made.TryGetValue(folder, out var made) && made is { IsComplete: false, Error: "" })
        {
            throw new ManifoldException(ErrorKind.FailedPrecondition, $"snapshot \"{name}\" of collection \"{collection}\" is being made", "name");
        }
        var store = await OpenAsync();
        if (!await TryAsync(() => DeleteObjectsAsync(store, folder)) && made is null)
        {
            throw NotFound(collection, name);
        }
        _made.Remove(folder);
    }

    /// <summary>Has the shards copied, and writes the document at the end.</summary>
    private async Task MakeAsync(ISegmentStore store, string folder, CollectionInfo collection, SnapshotStatus status)
    {
        var prefix = $"{folder}{Guid.NewGuid():N}/";
        try
        {
            var shards = new ShardSnapshot[collection.ShardCount];
            var next = 0;
            await Task.WhenAll(Enumerable.Range(0, CopiedAtOnce).Select(async _ =>
            {
                while (next < shards.Length)
                {
                    var number = next++;
                    shards[number] = await CopyShardAsync(collection, number, $"{prefix}{number:D4}/");
                    var done = shards.Where(shard => shard is not null).ToArray();
                    _made[folder] = status with { Done = done.Length, Items = done.Sum(shard => shard.Items), Bytes = new CollectionSnapshot { Collection = "", Name = "", Shards = done }.Bytes };
                }
            }));
            var snapshot = new CollectionSnapshot
            {
                Collection = collection.Name,
                Name = status.Name,
                Created = status.Created,
                Settings = JsonSerializer.SerializeToElement(new SnapshotSettings(
                    collection.Spaces, collection.ShardCount, collection.ReplicaCount, collection.Reencoding is { IsComplete: false } open ? open : null), GrainStateJson.Options),
                Shards = shards,
            };
            if (await GrainFactory.GetGrain<ICatalogGrain>(0).FindByIdAsync(collection.Id) is not { } now || now.SchemaVersion != collection.SchemaVersion)
            {
                throw new ManifoldException(ErrorKind.Aborted, $"collection \"{collection.Name}\" got a space or was dropped meanwhile: make the snapshot again");
            }
            await CheckAsync(store, prefix, snapshot);
            await snapshot.WriteAsync(store, prefix, CancellationToken.None);
            _made[folder] = StatusOf(snapshot);
            LogMade(logger, prefix, Store, snapshot.Shards.Count, snapshot.Bytes);
        }
        catch (Exception e)
        {
            var error = ErrorTranslation.Translate(e);
            _made[folder] = _made[folder] with { Error = error.Message };
            LogFailed(logger, prefix, Store, error.Message);
        }
        finally
        {
            if (_made.Values.All(made => made.IsComplete || made.Error.Length > 0))
            {
                DelayDeactivation(TimeSpan.Zero);
            }
        }
    }

    private async Task<ShardSnapshot> CopyShardAsync(CollectionInfo collection, int number, string prefix)
    {
        var grain = GrainFactory.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, number));
        for (var until = DateTime.UtcNow + Patience; ;)
        {
            try
            {
                var copy = await grain.CopyAsync(new SnapshotPlaceInfo(Store, prefix));
                if (copy.Manifest is not null)
                {
                    var manifest = JsonSerializer.Deserialize<ShardManifest>(copy.Manifest, GrainStateJson.Options)!;
                    return manifest.ShardCount == collection.ShardCount
                        ? new ShardSnapshot(number, copy.Items, manifest)
                        : throw new ManifoldException(ErrorKind.Aborted, $"collection \"{collection.Name}\" was split meanwhile, and shard {number} has a part of its items only: make the snapshot again");
                }

                // It is at it.
                until = DateTime.UtcNow + Patience;
            }
            catch (Exception e) when (ErrorTranslation.Translate(e).Kind == ErrorKind.Unavailable && DateTime.UtcNow < until)
            {
                await Task.Delay(RetryAfter);
            }
        }
    }

    /// <summary>Makes sure that everything is still there before the document says so: others have access to the store.</summary>
    private async Task CheckAsync(ISegmentStore store, string prefix, CollectionSnapshot snapshot)
    {
        var missing = snapshot.ObjectNames.ToHashSet(StringComparer.Ordinal);
        await foreach (var (name, _) in store.ListAsync(prefix, CancellationToken.None))
        {
            missing.Remove(name);
        }
        if (missing.Count > 0)
        {
            throw new ManifoldException(ErrorKind.DataLoss, $"{missing.Count} objects of the snapshot are gone from {Store} already, among them {missing.Order(StringComparer.Ordinal).First()}");
        }
    }

    /// <summary>The snapshot in a folder, and its prefix; <c>null</c> where there is none.</summary>
    private static async Task<(string Prefix, CollectionSnapshot Snapshot)?> FindAsync(ISegmentStore store, string folder)
    {
        await foreach (var (name, _) in store.ListAsync(folder, CancellationToken.None))
        {
            if (name.Split('/') is [_, _, _, CollectionSnapshot.DocumentName] && name[..^CollectionSnapshot.DocumentName.Length] is var prefix
                && await CollectionSnapshot.ReadAsync(store, prefix, CancellationToken.None) is { } there)
            {
                return (prefix, there);
            }
        }
        return null;
    }

    /// <returns>Whether there was something.</returns>
    private static async Task<bool> DeleteObjectsAsync(ISegmentStore store, string folder)
    {
        var names = new List<string>();
        await foreach (var (name, _) in store.ListAsync(folder, CancellationToken.None))
        {
            names.Add(name);
        }

        // The document first: a snapshot is there whole, or not at all.
        foreach (var name in names.OrderByDescending(name => name.EndsWith($"/{CollectionSnapshot.DocumentName}", StringComparison.Ordinal)))
        {
            await store.DeleteAsync(name, CancellationToken.None);
        }
        return names.Count > 0;
    }

    private Task<ISegmentStore> OpenAsync() => TryAsync(async () =>
        await (services.Snapshots ?? throw new ManifoldException(ErrorKind.FailedPrecondition, "this silo opens no snapshots")).OpenAsync(Store, CancellationToken.None));

    private async Task<T> TryAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (FormatException e)
        {
            throw ManifoldException.Invalid("store", e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ManifoldException(ErrorKind.Unavailable, $"the store {Store} cannot be used: {e.Message}", "store");
        }
        catch (Exception e) when (e is not ManifoldException)
        {
            throw ErrorTranslation.Translate(e);
        }
    }

    private ManifoldException NotFound(string collection, string name) =>
        new(ErrorKind.NotFound, $"there is no snapshot \"{name}\" of a collection \"{collection}\" in {Store}", "name");

    private static SnapshotStatus StatusOf(CollectionSnapshot snapshot) => new(
        snapshot.Collection, snapshot.Name, snapshot.Created, snapshot.Shards.Count, snapshot.Shards.Count, snapshot.Shards.Sum(shard => shard.Items), snapshot.Bytes, "")
    { IsComplete = true };

    /// <summary>What the names of all makings of a snapshot begin with.</summary>
    private static string FolderOf(string collection, string name)
    {
        CollectionRules.CheckName(collection, "collection");
        CollectionRules.CheckName(name, "name");
        return $"{collection}/{name}/";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Snapshot {Snapshot} in {Store} is there: {Shards} shards, {Bytes} bytes.")]
    private static partial void LogMade(ILogger logger, string snapshot, string store, int shards, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Snapshot {Snapshot} in {Store} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string snapshot, string store, string reason);
}
