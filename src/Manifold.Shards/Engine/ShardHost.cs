using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Manifold.Shards;

/// <summary>
/// The shards of one process: one engine each, whoever asks. A shard whose engine stopped writing is opened again by the next write; until
/// that succeeds its last view goes on answering searches. Thread-safe.
/// </summary>
/// <param name="services">What shards stand on.</param>
/// <param name="isReplicated">
/// Whether other processes hold the same shards: then a shard that is only read follows its leader, here or elsewhere, and one that no longer leads follows again.
/// </param>
public sealed partial class ShardHost(ShardServices services, bool isReplicated = false) : IAsyncDisposable
{
    /// <summary>A shard that could not be opened is not tried again sooner: opening reads the log and the segments' headers.</summary>
    private static readonly TimeSpan ReopenAfter = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ShardGauges _gauges = new();
    private volatile bool _closing;

    /// <summary>The engine of a shard, for writing: it takes the lead where it has not.</summary>
    /// <exception cref="ShardUnavailableException">It cannot be opened at the moment.</exception>
    /// <exception cref="ShardCorruptException">Its stored bytes are damaged.</exception>
    public Task<ShardEngine> GetForWriteAsync(ShardDefinition definition, CancellationToken cancellationToken) =>
        GetAsync(definition, engine => engine is { Failure: null, IsLeading: true }, LeadAsync, cancellationToken);

    /// <summary>The engine of a shard, opened where needed, for reading: one that no longer writes will do.</summary>
    /// <exception cref="ShardUnavailableException">It cannot be opened at the moment.</exception>
    /// <exception cref="ShardCorruptException">Its stored bytes are damaged.</exception>
    public Task<ShardEngine> GetForReadAsync(ShardDefinition definition, CancellationToken cancellationToken) =>
        GetAsync(definition, _ => true, isReplicated ? FollowAsync : LeadAsync, cancellationToken);

    /// <summary>Gives up the lead of a shard that another process is to have: this one follows it from here. Nothing happens where it does not lead.</summary>
    public Task FollowAsync(ShardDefinition definition, CancellationToken cancellationToken) =>
        GetAsync(definition, engine => engine is { Failure: null, IsLeading: false }, FollowAsync, cancellationToken);

    /// <summary>Opens a shard's replica anew from what is stored: it was found to differ from the others.</summary>
    public Task RebuildAsync(ShardDefinition definition, CancellationToken cancellationToken) =>
        ReplaceAsync(definition, isReplicated ? FollowAsync : LeadAsync, cancellationToken);

    /// <summary>Closes a shard and deletes all that it stored: for a dropped collection.</summary>
    public async Task DropAsync(string shard, CancellationToken cancellationToken)
    {
        await ForgetAsync(shard, cancellationToken);
        await new ManifestStore(services.Documents, shard).DeleteAsync(cancellationToken);
        await new LogHold(services.Documents, shard).RemoveAsync(cancellationToken);
        await services.Logs.DeleteAsync(shard, cancellationToken);
        var names = new List<string>();
        await foreach (var (name, _) in services.Segments.ListAsync($"{shard}/", cancellationToken))
        {
            names.Add(name);
        }
        foreach (var name in names)
        {
            await services.Segments.DeleteAsync(name, cancellationToken);
        }
    }

    /// <summary>Closes a shard for good: its collection was dropped, and whoever leads it deletes what it stored.</summary>
    public Task ForgetAsync(string shard, CancellationToken cancellationToken)
    {
        _slots.GetOrAdd(shard, _ => new Slot()).Dropped = true;
        return CloseAsync(shard, cancellationToken);
    }

    /// <summary>Closes a shard, if it is open.</summary>
    public async Task CloseAsync(string shard, CancellationToken cancellationToken)
    {
        if (!_slots.TryGetValue(shard, out var slot))
        {
            return;
        }
        await slot.Opening.WaitAsync(cancellationToken);
        try
        {
            if (slot.Engine is { } engine)
            {
                slot.Engine = null;
                _gauges.Remove(shard);
                await engine.DisposeAsync();
            }
        }
        finally
        {
            slot.Opening.Release();
        }
    }

    /// <summary>Names of the shards that are open.</summary>
    public IReadOnlyList<string> OpenShards => [.. _slots.Where(slot => slot.Value.Engine is not null).Select(slot => slot.Key)];

    /// <summary>A shard's engine as it is; <c>null</c> while there is none.</summary>
    public ShardEngine? TryGet(string shard) => _slots.TryGetValue(shard, out var slot) ? slot.Engine : null;

    /// <summary>The state of a shard's engine, and why its last opening failed; both <c>null</c> for one that nothing has asked for yet.</summary>
    public (ShardState? State, string? Failure) GetState(string shard) =>
        _slots.TryGetValue(shard, out var slot) ? (slot.Engine?.TryGetState(), slot.LastFailure?.Message) : (null, null);

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _gauges.Dispose();
        await _stopping.CancelAsync();
        foreach (var shard in _slots.Keys)
        {
            await CloseAsync(shard, CancellationToken.None);
        }
    }

    private async Task<ShardEngine> GetAsync(
        ShardDefinition definition, Func<ShardEngine, bool> serves, Func<ShardDefinition, ShardEngine?, Task<ShardEngine>> open, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(definition.Shard, _ => new Slot());
        if (slot.Engine is { } present && serves(present))
        {
            return present;
        }
        await slot.Opening.WaitAsync(cancellationToken);
        try
        {
            if (slot.Engine is { } opened && serves(opened))
            {
                return opened;
            }
            if (slot.Engine?.Failure is ShardCorruptException corrupt)
            {
                // Opening it again would serve the damaged bytes until they are read to the same place again.
                throw Again(corrupt);
            }
            if (slot.LastFailure is { } failure && DateTime.UtcNow - slot.FailedAt < ReopenAfter)
            {
                throw Again(failure);
            }
            return await OpenAsync(slot, definition, open);
        }
        finally
        {
            slot.Opening.Release();
        }
    }

    private async Task ReplaceAsync(ShardDefinition definition, Func<ShardDefinition, ShardEngine?, Task<ShardEngine>> open, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(definition.Shard, _ => new Slot());
        await slot.Opening.WaitAsync(cancellationToken);
        try
        {
            await OpenAsync(slot, definition, open);
        }
        finally
        {
            slot.Opening.Release();
        }
    }

    /// <summary>Opens a shard and puts it in the place of the engine that was there. In the slot's turn.</summary>
    private async Task<ShardEngine> OpenAsync(Slot slot, ShardDefinition definition, Func<ShardDefinition, ShardEngine?, Task<ShardEngine>> open)
    {
        if (slot.Dropped)
        {
            throw new ShardDroppedException($"shard {definition.Shard} was dropped");
        }
        if (_closing)
        {
            throw new ShardUnavailableException($"shard {definition.Shard} is closing");
        }
        var old = slot.Engine;
        var had = old is { Failure: not ShardCorruptException } ? old.AppliedPosition : 0;
        ShardEngine engine;
        try
        {
            // Opening does not belong to the caller that happened to ask first: its cancellation must not undo it. It is work for the pool, not for
            // a grain's turn.
            engine = await Task.Run(() => open(definition, old), CancellationToken.None);
            if (engine.AppliedPosition < had)
            {
                await engine.DisposeAsync();
                throw new ShardCorruptException(
                    $"the log of shard {definition.Shard} ends at position {engine.AppliedPosition}, and this process has applied {had}: records {engine.AppliedPosition + 1} to {had} are lost from the log");
            }
        }
        catch (Exception e)
        {
            (slot.LastFailure, slot.FailedAt) = (e, DateTime.UtcNow);
            throw;
        }
        (slot.Engine, slot.LastFailure) = (engine, null);
        _gauges.Show(definition.Shard, engine);
        if (engine != old && old is not null)
        {
            await old.DisposeAsync();
        }
        if (isReplicated && engine != old)
        {
            _ = TendAsync(slot, definition, engine);
        }
        return engine;
    }

    /// <summary>
    /// The lead of a shard, which raises the epoch first, so that whatever an older leader still does is refused. A follower that can takes it as it is.
    /// </summary>
    private async Task<ShardEngine> LeadAsync(ShardDefinition definition, ShardEngine? old) =>
        old is { IsLeading: false, Failure: null } && await old.PromoteAsync(CancellationToken.None)
            ? old
            : await ShardEngine.OpenAsync(definition, services, _stopping.Token);

    private Task<ShardEngine> FollowAsync(ShardDefinition definition, ShardEngine? old) => ShardEngine.FollowAsync(definition, services, old, CancellationToken.None);

    /// <summary>Watches an engine of a replicated shard for as long as it is the shard's: a follower whose manifest has gone on, and a leader that stopped, follow anew.</summary>
    private async Task TendAsync(Slot slot, ShardDefinition definition, ShardEngine engine)
    {
        try
        {
            while (slot.Engine == engine && !_closing)
            {
                await Task.WhenAny(engine.Outdated, Task.Delay(ReopenAfter, _stopping.Token));
                var isDue = engine.IsLeading ? engine.Failure is ShardUnavailableException : engine.Outdated.IsCompleted || engine.Failure is ShardUnavailableException;
                if (!isDue)
                {
                    continue;
                }
                await slot.Opening.WaitAsync(_stopping.Token);
                try
                {
                    if (slot.Engine == engine && !slot.Dropped)
                    {
                        await OpenAsync(slot, definition, FollowAsync);
                    }
                }
                catch (Exception e) when (e is not ShardDroppedException)
                {
                    // What it has goes on answering.
                    LogTendingFailed(services.Logger, definition.Shard, e.Message);
                    await Task.Delay(ReopenAfter, _stopping.Token);
                }
                finally
                {
                    slot.Opening.Release();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ShardDroppedException or ObjectDisposedException)
        {
            // The host closes, or the shard is gone.
        }
    }

    private static Exception Again(Exception failure) => failure switch
    {
        ShardCorruptException => new ShardCorruptException(failure.Message, failure),
        _ => new ShardUnavailableException(failure.Message, failure),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} cannot be followed anew: {Reason}; it is tried again.")]
    private static partial void LogTendingFailed(ILogger logger, string shard, string reason);

    private sealed class Slot
    {
        public SemaphoreSlim Opening { get; } = new(1, 1);

        public volatile ShardEngine? Engine;

        /// <summary>Stays set: a collection's id is never used again, and a call under way must not bring its shard back.</summary>
        public volatile bool Dropped;

        public Exception? LastFailure;

        public DateTime FailedAt;
    }
}
