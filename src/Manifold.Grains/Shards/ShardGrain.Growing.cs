using System.Text.Json;

namespace Manifold.Grains;

/// <summary>How a shard comes to be of another, or of a snapshot, and how a snapshot is made of it. These calls are begun and asked again: none waits as long as what it is about may take.</summary>
internal sealed partial class ShardGrain
{
    private static readonly TimeSpan CopyPatience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<SnapshotPlaceInfo, Task<ShardCopy>> _copies = [];
    private Task _opening = Task.CompletedTask;

    public Task SplitAsync(int shardCount) =>
        WithLeaderAsync(
            async engine =>
            {
                await engine.SplitAsync(shardCount, CancellationToken.None);
                _feed?.Announce(engine.AppliedPosition);
                return true;
            },
            CancellationToken.None);

    public Task<ShardInheritance> InheritAsync()
    {
        var engine = shards.TryGet(Key.Shard);
        if (engine is not { IsLeading: true, Failure: null })
        {
            // The first opening takes the parent's rows, which may take minutes.
            _opening = _opening.IsCompleted ? LeadAsync() : _opening;
            return Task.FromResult(new ShardInheritance(null, IsComplete: false, shards.GetState(Key.Shard).Failure ?? ""));
        }
        engine.WakeInheriting();
        return Task.FromResult(new ShardInheritance(engine.GetState().Behind ?? 0, engine.IsComplete));
    }

    public async Task<ShardCopy> CopyAsync(SnapshotPlaceInfo place)
    {
        if (!_copies.TryGetValue(place, out var copy))
        {
            _copies[place] = copy = WithLeaderAsync(
                async engine =>
                {
                    var store = await (services.Snapshots ?? throw new ManifoldException(ErrorKind.FailedPrecondition, "this silo opens no snapshots")).OpenAsync(place.Store, CancellationToken.None);
                    var (manifest, items) = await Task.Run(() => engine.SnapshotAsync(store, place.Prefix, CancellationToken.None));
                    return new ShardCopy(JsonSerializer.SerializeToUtf8Bytes(manifest, GrainStateJson.Options), items);
                },
                CancellationToken.None);
        }
        if (await Task.WhenAny(copy, Task.Delay(CopyPatience)) != copy)
        {
            return new ShardCopy(null, 0);
        }
        _copies.Remove(place);
        return await copy;
    }

    public Task FinishSplitAsync(int shardCount)
    {
        _collection = null;
        if (shards.TryGet(Key.Shard) is { } engine)
        {
            engine.Wake();
            if (engine.ShardCount >= shardCount)
            {
                engine.ForgetUnsplit();
            }
        }
        return Task.CompletedTask;
    }
}
