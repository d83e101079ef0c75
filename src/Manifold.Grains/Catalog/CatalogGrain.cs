using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Manifold.Grains;

[ShardRole]
internal sealed partial class CatalogGrain(
    [PersistentState("catalog", ManifoldStorage.Name)] IPersistentState<CatalogState> state,
    ILogger<CatalogGrain> logger) : Grain, ICatalogGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var collection in state.State.Dropping.ToArray())
        {
            try
            {
                await DeleteDataAsync(collection);
            }
            catch (Exception e)
            {
                LogDropFailed(logger, e, collection.Name);
            }
        }
    }

    public async Task<CollectionInfo> CreateAsync(string name, SpaceInfo[] spaces, int shardCount)
    {
        CollectionRules.Check(name, spaces, shardCount);
        if (await FindAsync(name) is { } existing)
        {
            return existing.ShardCount == shardCount && existing.Spaces.SequenceEqual(spaces)
                ? existing
                : throw new ManifoldException(ErrorKind.AlreadyExists, $"there is a collection \"{name}\" with other settings", "name");
        }
        var collection = new CollectionInfo(name, $"{name}.{Guid.NewGuid():N}"[..(name.Length + 9)], spaces, shardCount, DateTimeOffset.UtcNow);
        await StoreAsync(s => s.Collections.Add(collection));
        return collection;
    }

    public Task<CollectionInfo?> FindAsync(string name) => Task.FromResult(state.State.Collections.Find(c => c.Name == name));

    public Task<CollectionInfo?> FindByIdAsync(string id) => Task.FromResult(state.State.Collections.Find(c => c.Id == id));

    public Task<CollectionInfo[]> ListAsync() =>
        Task.FromResult(state.State.Collections.OrderBy(c => c.Name, StringComparer.Ordinal).ToArray());

    public async Task DropAsync(string name)
    {
        var collection = await FindAsync(name)
            ?? throw new ManifoldException(ErrorKind.NotFound, $"there is no collection \"{name}\"", "name");
        await StoreAsync(s =>
        {
            s.Collections.Remove(collection);
            s.Dropping.Add(collection);
        });
        await DeleteDataAsync(collection);
    }

    private async Task DeleteDataAsync(CollectionInfo collection)
    {
        await Task.WhenAll(Enumerable.Range(0, collection.ShardCount)
            .Select(shard => GrainFactory.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard)).DropAsync()));
        await StoreAsync(s => s.Dropping.RemoveAll(c => c.Id == collection.Id));
    }

    /// <summary>Changes the state and stores it; a store that failed leaves the state as it was.</summary>
    private async Task StoreAsync(Action<CatalogState> change)
    {
        var next = new CatalogState { Collections = [.. state.State.Collections], Dropping = [.. state.State.Dropping] };
        change(next);
        var before = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e)
        {
            state.State = before;
            if (e is Orleans.Storage.InconsistentStateException)
            {
                DeactivateOnIdle();
            }
            throw new ManifoldException(ErrorKind.Unavailable, $"the catalog could not be stored: {e.Message}", retryAfter: TimeSpan.FromSeconds(1));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The data of the dropped collection {Collection} could not be deleted; it is tried again at the next start.")]
    private static partial void LogDropFailed(ILogger logger, Exception reason, string collection);
}
