using System.Collections.Concurrent;

namespace Manifold.Shards;

/// <summary>
/// The shards of one process: one engine each, whoever asks. A shard whose engine stopped writing is opened again by the next write; until
/// that succeeds its last view goes on answering searches. Thread-safe.
/// </summary>
public sealed class ShardHost(ShardServices services) : IAsyncDisposable
{
    /// <summary>A shard that could not be opened is not tried again sooner: opening reads the log and the segments' headers.</summary>
    private static readonly TimeSpan ReopenAfter = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private volatile bool _closing;

    /// <summary>The engine of a shard, opened where needed, for writing.</summary>
    /// <exception cref="ShardUnavailableException">It cannot be opened at the moment.</exception>
    /// <exception cref="ShardCorruptException">Its stored bytes are damaged.</exception>
    public Task<ShardEngine> GetForWriteAsync(ShardDefinition definition, CancellationToken cancellationToken) =>
        GetAsync(definition, engine => engine.Failure is null, cancellationToken);

    /// <summary>The engine of a shard, opened where needed, for reading: one that no longer writes will do.</summary>
    /// <exception cref="ShardUnavailableException">It cannot be opened at the moment.</exception>
    /// <exception cref="ShardCorruptException">Its stored bytes are damaged.</exception>
    public Task<ShardEngine> GetForReadAsync(ShardDefinition definition, CancellationToken cancellationToken) =>
        GetAsync(definition, _ => true, cancellationToken);

    /// <summary>Closes a shard and deletes all that it stored: for a dropped collection.</summary>
    public async Task DropAsync(string shard, CancellationToken cancellationToken)
    {
        _slots.GetOrAdd(shard, _ => new Slot()).Dropped = true;
        await CloseAsync(shard, cancellationToken);
        await new ManifestStore(services.Documents, shard).DeleteAsync(cancellationToken);
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
                await engine.DisposeAsync();
            }
        }
        finally
        {
            slot.Opening.Release();
        }
    }

    /// <summary>The state of a shard's engine, and why its last opening failed; both <c>null</c> for one that nothing has asked for yet.</summary>
    public (ShardState? State, string? Failure) GetState(string shard) =>
        _slots.TryGetValue(shard, out var slot) ? (slot.Engine?.TryGetState(), slot.LastFailure?.Message) : (null, null);

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        foreach (var shard in _slots.Keys)
        {
            await CloseAsync(shard, CancellationToken.None);
        }
    }

    private async Task<ShardEngine> GetAsync(ShardDefinition definition, Func<ShardEngine, bool> serves, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(definition.Shard, _ => new Slot());
        if (slot.Engine is { } open && serves(open))
        {
            return open;
        }
        await slot.Opening.WaitAsync(cancellationToken);
        try
        {
            if (slot.Engine is { } opened && serves(opened))
            {
                return opened;
            }
            if (slot.Dropped)
            {
                throw new ShardDroppedException($"shard {definition.Shard} was dropped");
            }
            if (_closing)
            {
                throw new ShardUnavailableException($"shard {definition.Shard} is closing");
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
            ShardEngine engine;
            try
            {
                // The new leader raises the epoch first, so whatever the old one still does is refused. Opening does not belong to the
                // caller that happened to ask first: its cancellation must not undo it. It is work for the pool, not for a grain's turn.
                engine = await Task.Run(() => ShardEngine.OpenAsync(definition, services, CancellationToken.None), CancellationToken.None);
            }
            catch (Exception e)
            {
                (slot.LastFailure, slot.FailedAt) = (e, DateTime.UtcNow);
                throw;
            }
            var old = slot.Engine;
            (slot.Engine, slot.LastFailure) = (engine, null);
            if (old is not null)
            {
                await old.DisposeAsync();
            }
            return engine;
        }
        finally
        {
            slot.Opening.Release();
        }
    }

    private static Exception Again(Exception failure) => failure switch
    {
        ShardCorruptException => new ShardCorruptException(failure.Message, failure),
        _ => new ShardUnavailableException(failure.Message, failure),
    };

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
