using Microsoft.Extensions.Logging;

namespace Manifold.Grains;

[ShardRole]
internal sealed partial class CatalogGrain(
    [PersistentState("catalog", ManifoldStorage.Name)] IPersistentState<CatalogState> state,
    ILogger<CatalogGrain> logger) : Grain, ICatalogGrain, IDisposable
{
    private static readonly TimeSpan DropAgainAfter = TimeSpan.FromSeconds(30), ResumeEvery = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, RestoreProgress> _restores = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _storing = new(1, 1);

    /// <summary>What is stored. Readers interleave with writes, and must not see what a store may yet refuse.</summary>
    private CatalogState _stored = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (state.State.Version != CatalogState.CurrentVersion)
        {
            throw new ManifoldException(
                ErrorKind.DataLoss, $"the catalog has version {state.State.Version}; this build reads version {CatalogState.CurrentVersion}");
        }
        _stored = state.State;

        // Drops that a crash or a full disk left unfinished, and those that fail from now on.
        this.RegisterGrainTimer(FinishDropsAsync, new GrainTimerCreationOptions(TimeSpan.FromSeconds(1), DropAgainAfter) { KeepAlive = true, Interleave = true });

        // Splits, restorations and re-encodings go on without this grain; but what drives them may have been on a silo that is gone.
        this.RegisterGrainTimer(ResumeAsync, new GrainTimerCreationOptions(TimeSpan.Zero, ResumeEvery) { KeepAlive = true, Interleave = true });
        return Task.CompletedTask;
    }

    public async Task<CollectionInfo> CreateAsync(string name, SpaceInfo[] spaces, int shardCount, int replicaCount)
    {
        CollectionRules.Check(name, spaces, shardCount, replicaCount);
        if (await FindAsync(name) is { } existing)
        {
            // Whoever makes sure that it is there at each start still means this one when it was split or got a space.
            return (existing.ShardCount == shardCount || existing.CreatedShards == shardCount) && existing.ReplicaCount == replicaCount && (existing.CreatedSpaces ?? existing.Spaces).SequenceEqual(spaces)
                ? existing
                : throw new ManifoldException(ErrorKind.AlreadyExists, $"there is a collection \"{name}\" with other settings", "name");
        }
        var collection = new CollectionInfo(name, $"{name}.{Guid.NewGuid():N}", spaces, shardCount, DateTimeOffset.UtcNow, replicaCount);
        await StoreAsync(s => s.Collections.Add(collection));
        return collection;
    }

    public Task<CollectionInfo?> FindAsync(string name) => Task.FromResult(_stored.Collections.Find(c => c.Name == name));

    public Task<CollectionInfo?> FindByIdAsync(string id) => Task.FromResult(_stored.Collections.Find(c => c.Id == id));

    public Task<CollectionInfo[]> ListAsync() =>
        Task.FromResult(_stored.Collections.OrderBy(c => c.Name, StringComparer.Ordinal).ToArray());

    public async Task<CollectionInfo> SplitAsync(string name)
    {
        var collection = await GetAsync(name);
        if (collection.IsRestoring)
        {
            throw new ManifoldException(ErrorKind.FailedPrecondition, $"collection \"{name}\" is being restored: split it afterwards", "name");
        }
        if (collection.SplitTo == 0)
        {
            if (2 * collection.ShardCount > CollectionRules.MaxShards)
            {
                throw ManifoldException.Invalid(
                    "name", $"collection \"{name}\" has {collection.ShardCount} shards; twice as many would be more than {CollectionRules.MaxShards}");
            }
            collection = await ReplaceAsync(collection, collection with
            {
                SplitTo = 2 * collection.ShardCount,
                CreatedShards = collection.CreatedShards > 0 ? collection.CreatedShards : collection.ShardCount,
            });
        }
        await ResumeSplitAsync(collection);
        return collection;
    }

    public async Task FinishSplitAsync(string id)
    {
        if (await FindByIdAsync(id) is { SplitTo: > 0 } collection)
        {
            await ReplaceAsync(collection, collection with { ShardCount = collection.SplitTo, SplitTo = 0 });
        }
    }

    private async Task<CollectionInfo> GetAsync(string name) =>
        await FindAsync(name) ?? throw new ManifoldException(ErrorKind.NotFound, $"there is no collection \"{name}\"", "name");

    private async Task<CollectionInfo> ReplaceAsync(CollectionInfo old, CollectionInfo changed)
    {
        await StoreAsync(s => s.Collections[s.Collections.FindIndex(collection => collection.Id == old.Id)] = changed);
        return changed;
    }

    private Task ResumeAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _stored.Collections.FindAll(collection => collection.SplitTo > 0).Select(ResumeSplitAsync)
            .Concat(_stored.Collections.FindAll(collection => collection.IsRestoring).Select(ResumeRestoreAsync))
            .Concat(_stored.Collections.FindAll(collection => collection is { Reencoding.IsComplete: false, IsRestoring: false }).Select(ResumeReencodingAsync)));

    private async Task ResumeSplitAsync(CollectionInfo collection)
    {
        try
        {
            await GrainFactory.GetGrain<ISplitGrain>(collection.Id).ResumeAsync();
        }
        catch (Exception e)
        {
            LogNotResumed(logger, e, collection.Name, ResumeEvery);
        }
    }

    public async Task<CollectionInfo> RestoreAsync(string name, SnapshotSettings settings, SnapshotPlaceInfo snapshot)
    {
        CollectionRules.Check(name, settings.Spaces, settings.ShardCount, settings.ReplicaCount);
        if (await FindAsync(name) is not null)
        {
            throw new ManifoldException(ErrorKind.AlreadyExists, $"there is a collection \"{name}\": restore under another name, or drop it first", "name");
        }
        var collection = new CollectionInfo(
            name, $"{name}.{Guid.NewGuid():N}", settings.Spaces, settings.ShardCount, DateTimeOffset.UtcNow, settings.ReplicaCount, RestoredFrom: snapshot,
            Reencoding: settings.Reencoding);
        await StoreAsync(s => s.Collections.Add(collection));
        return collection;
    }

    public Task<RestoreProgress?> GetRestoreAsync(string id) => Task.FromResult(_restores.GetValueOrDefault(id));

    /// <summary>Has the shards of a collection that is restored take their part of the snapshot; what a crash has left unfinished goes on in the same way.</summary>
    private async Task ResumeRestoreAsync(CollectionInfo collection)
    {
        try
        {
            var shards = await Task.WhenAll(Enumerable.Range(0, collection.ShardCount)
                .Select(shard => GrainFactory.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard)).InheritAsync()));
            var ready = shards.Count(shard => shard.Behind is not null);
            _restores[collection.Id] = new RestoreProgress(ready, shards.FirstOrDefault(shard => shard.Failure.Length > 0)?.Failure ?? "");
            if (ready == shards.Length && _stored.Collections.Exists(present => present.Id == collection.Id && present.IsRestoring))
            {
                await ReplaceAsync(collection, collection with { RestoredFrom = null });
                _restores.Remove(collection.Id);
            }
        }
        catch (Exception e)
        {
            _restores[collection.Id] = new RestoreProgress(_restores.GetValueOrDefault(collection.Id)?.Ready ?? 0, ErrorTranslation.Translate(e).Message);
        }
    }

    public async Task DropAsync(string name)
    {
        var collection = await GetAsync(name);
        await StoreAsync(s =>
        {
            s.Collections.Remove(collection);
            s.Dropping.Add(collection);
        });
        await FinishDropAsync(collection);
    }

    private async Task FinishDropsAsync(CancellationToken cancellationToken)
    {
        foreach (var collection in _stored.Dropping.ToArray())
        {
            await FinishDropAsync(collection);
        }
    }

    /// <summary>Deletes a dropped collection's data. It is off the list already: a failure only delays the space.</summary>
    private async Task FinishDropAsync(CollectionInfo collection)
    {
        try
        {
            // Followers first: they would take a log that is gone for one that lost its records. And shards that read the logs of others before those.
            for (var rank = collection.ReplicaCount - 1; rank >= 0; rank--)
            {
                await DropAsync(collection.ShardCount, collection.PlacedShards, rank);
                await DropAsync(0, collection.ShardCount, rank);
            }
            if (collection.Reencoding is not null)
            {
                await GrainFactory.GetGrain<IReencodeGrain>(collection.Id).ForgetAsync();
            }
            await StoreAsync(s => s.Dropping.RemoveAll(c => c.Id == collection.Id));
        }
        catch (Exception e)
        {
            LogDropFailed(logger, e, collection.Name, DropAgainAfter);
        }

        Task DropAsync(int from, int to, int rank) => Task.WhenAll(Enumerable.Range(from, to - from)
            .Select(shard => GrainFactory.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard, rank)).DropAsync()));
    }

    public void Dispose() => _storing.Dispose();

    /// <summary>Stores a changed state; one that could not be stored changes nothing.</summary>
    private async Task StoreAsync(Action<CatalogState> change)
    {
        // A drop that finishes may interleave with a creation: one store at a time.
        await _storing.WaitAsync();
        try
        {
            var next = new CatalogState { Collections = [.. _stored.Collections], Dropping = [.. _stored.Dropping] };
            change(next);
            state.State = next;
            await state.WriteStateAsync();
            _stored = next;
        }
        catch (Exception e)
        {
            state.State = _stored;
            if (e is Orleans.Storage.InconsistentStateException)
            {
                DeactivateOnIdle();
            }
            throw new ManifoldException(ErrorKind.Unavailable, $"the catalog could not be stored: {e.Message}", retryAfter: TimeSpan.FromSeconds(1));
        }
        finally
        {
            _storing.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The split of collection {Collection} could not be taken up; trying again in {RetryAfter}.")]
    private static partial void LogNotResumed(ILogger logger, Exception reason, string collection, TimeSpan retryAfter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The data of the dropped collection {Collection} could not be deleted; trying again in {RetryAfter}.")]
    private static partial void LogDropFailed(ILogger logger, Exception reason, string collection, TimeSpan retryAfter);
}
