using System.Threading.Channels;
using Manifold.Index;
using Manifold.Storage;
using Microsoft.Extensions.Logging;

namespace Manifold.Shards;

/// <summary>
/// One copy of a shard: index and log together. A leading one hands writes to the log in order (<see cref="WriteAsync"/>), applies them in that
/// order by one loop, and makes them visible as immutable views; searches run on a view and never wait for a write. A full growing segment
/// is sealed in the background; sealed segments are merged and indexed there. A following one reads the log that another writes.
/// </summary>
/// <remarks>
/// All members are safe for concurrent use. When the log refuses an append, or stored bytes turn out damaged, the engine stops writing for good
/// (<see cref="Failure"/>) while views go on answering; <see cref="ShardHost"/> then opens a new one.
/// </remarks>
public sealed partial class ShardEngine : IAsyncDisposable
{
    private readonly ShardDefinition _definition;
    private readonly ShardServices _services;
    private readonly IShardLog _log;
    private readonly IndexWriter _index;
    private readonly ManifestStore _manifests;
    private readonly Channel<Step> _steps = Channel.CreateUnbounded<Step>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    // Seals, merges and indexing change the manifest and the index in turns: each step of them is one turn.
    private readonly SemaphoreSlim _manifestTurn = new(1, 1);
    private readonly WriterTable _handedWriters;
    private readonly WriterTable _appliedWriters;

    // 0 while it follows.
    private long _epoch;

    private ShardManifest _manifest;
    private string? _manifestETag;
    private long _handedPosition;
    private long _appliedPosition;
    private ulong _appliedChecksum;
    private long _pendingBytes;
    private Exception? _failure;
    private TaskCompletionSource _advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;
    private Task _following = Task.CompletedTask;
    private Task _applying = Task.CompletedTask;
    private Task _sealing = Task.CompletedTask;
    private Task _verifying = Task.CompletedTask;
    private Task _maintaining = Task.CompletedTask;

    private ShardEngine(
        ShardDefinition definition, ShardServices services, IShardLog log, IndexWriter index, ManifestStore manifests, long epoch,
        (ShardManifest Manifest, string? ETag) manifest)
    {
        _definition = definition;
        _services = services;
        _log = log;
        _index = index;
        _manifests = manifests;
        _epoch = epoch;
        (_manifest, _manifestETag) = manifest;
        _shardCount = _handedShardCount = manifest.Manifest.ShardCount > 0 ? manifest.Manifest.ShardCount : definition.ShardCount;
        _inherited = manifest.Manifest.Inherited;
        _schema = _handedSchema = SchemaOf(definition, manifest.Manifest);
        _handedWriters = new WriterTable(services.Options.MaxWriters);
        _appliedWriters = new WriterTable(services.Options.MaxWriters);
    }

    /// <summary>The shard's key and spaces.</summary>
    public ShardDefinition Definition => _definition;

    /// <summary>Whether it writes; otherwise it follows what another writes.</summary>
    public bool IsLeading => Volatile.Read(ref _epoch) > 0;

    /// <summary>Why the engine no longer writes, or follows; <c>null</c> while it does.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether it was closed: another is in its place, or none.</summary>
    public bool IsClosed => Volatile.Read(ref _disposed) != 0;

    /// <summary>The last position that searches see.</summary>
    public long AppliedPosition => Volatile.Read(ref _appliedPosition);

    /// <summary>A view of everything applied so far, held until the lease is disposed.</summary>
    /// <param name="shardCount">How many shards the caller takes the collection to have; 0: whatever it has.</param>
    /// <exception cref="ShardCorruptException">A segment was found damaged.</exception>
    /// <exception cref="ShardMovedException">There are more shards than the caller knows of.</exception>
    /// <exception cref="ShardUnavailableException">The shard is still being split off.</exception>
    /// <exception cref="ObjectDisposedException">The engine was closed.</exception>
    public ViewLease AcquireView(int shardCount = 0)
    {
        if (Failure is ShardCorruptException corrupt)
        {
            throw new ShardCorruptException(corrupt.Message, corrupt);
        }
        return shardCount == 0 ? _index.AcquireCurrent() : AcquireRoutedView(shardCount);
    }

    /// <summary>Waits until searches see <paramref name="position"/>.</summary>
    /// <exception cref="ShardUnavailableException">The engine failed before it got there.</exception>
    /// <exception cref="UnknownPositionException">It leads, and was never handed such a position. A follower waits: it may not know yet.</exception>
    public async Task WaitAppliedAsync(long position, CancellationToken cancellationToken)
    {
        while (AppliedPosition < position)
        {
            Task advanced;
            lock (_gate)
            {
                advanced = _advanced.Task;
                ThrowIfFailed();
                if (IsLeading && position > _handedPosition)
                {
                    throw new UnknownPositionException($"shard {_definition.Shard} is at position {_handedPosition}, and {position} was asked for");
                }
            }
            if (AppliedPosition >= position)
            {
                return;
            }
            await advanced.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A picture of the engine for people and monitors.</summary>
    public ShardState GetState()
    {
        using var view = _index.AcquireCurrent();
        return new ShardState(IsLeading, Volatile.Read(ref _manifest).Epoch, AppliedPosition, view.View.LiveRows, _manifest.Segments.Count, _index.GrowingRows, Failure?.Message)
        {
            Behind = _inherited is { IsComplete: false } ? Volatile.Read(ref _behind) : null,
        };
    }

    /// <summary>Ends when every segment and index was read once and compared with its checksums.</summary>
    internal Task Verified => _verifying;

    internal ShardState? TryGetState()
    {
        try
        {
            return GetState();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Stops taking writes, lets those under way finish, and lets go of memory once the last view is released. Later calls do nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        await _stopping.CancelAsync();
        Fail(new ShardUnavailableException($"shard {_definition.Shard} is closing"));
        _steps.Writer.TryComplete();
        try
        {
            await _following;
            await _inheriting;
            await _applying;
            await _sealing;
            await _maintaining;
            await _verifying;
        }
        finally
        {
            ForgetUnsplit();
            _index.Dispose();
            await _log.DisposeAsync();
            _inheritDue.Dispose();
            _stopping.Dispose();
            _promoting.Dispose();
            _manifestTurn.Dispose();
            _maintenanceDue.Dispose();
        }
    }

    private void ThrowIfFailed()
    {
        switch (Failure)
        {
            case null:
                return;
            case ShardCorruptException corrupt:
                throw new ShardCorruptException(corrupt.Message, corrupt);
            case { } failure:
                throw new ShardUnavailableException(failure.Message, failure);
        }
    }

    /// <summary>Stops writing for good; the first reason stays, but corruption outranks the rest.</summary>
    private void Fail(Exception reason)
    {
        TaskCompletionSource advanced;
        lock (_gate)
        {
            if (_failure is null || (reason is ShardCorruptException && _failure is not ShardCorruptException))
            {
                Volatile.Write(ref _failure, reason);
            }
            advanced = _advanced;
        }
        advanced.TrySetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: leading with epoch {Epoch}; {Segments} segments, {Replayed} records read from the log, at position {Position}.")]
        public static partial void Leading(ILogger logger, string shard, long epoch, int segments, long replayed, long position);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: following; {Segments} segments, {Replayed} records read from the log, at position {Position}.")]
        public static partial void Following(ILogger logger, string shard, int segments, long replayed, long position);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: leading with epoch {Epoch} after following; {Replayed} records read from the log, at position {Position}.")]
        public static partial void Promoted(ILogger logger, string shard, long epoch, long replayed, long position);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: the log cannot be read; searches go on at position {Position}.")]
        public static partial void FollowingInterrupted(ILogger logger, Exception reason, string shard, long position);

        [LoggerMessage(Level = LogLevel.Error, Message = "Shard {Shard}: stops writing.")]
        public static partial void Failed(ILogger logger, Exception reason, string shard);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: sealed {Name} with {Rows} rows ({Bytes} bytes) through position {Position}.")]
        public static partial void Sealed(ILogger logger, string shard, string name, long rows, long bytes, long position);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: sealing failed; trying again in {RetryAfter}.")]
        public static partial void SealFailed(ILogger logger, Exception reason, string shard, TimeSpan retryAfter);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: indexed {Name} ({Bytes} bytes).")]
        public static partial void Indexed(ILogger logger, string shard, string name, long bytes);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: the index of {Name} is damaged or missing; it is made again.")]
        public static partial void IndexLost(ILogger logger, Exception reason, string shard, string name);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: merged {Segments} segments into {Name} with {Rows} rows.")]
        public static partial void Merged(ILogger logger, string shard, int segments, long rows, string name);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: took its rows of {Parent} at position {Position}, {Segments} segments; the rest comes from its log.")]
        public static partial void Seeded(ILogger logger, string shard, string parent, long position, int segments);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: restored from {Snapshot} in {Store}, {Segments} segments.")]
        public static partial void Restored(ILogger logger, string shard, string snapshot, string store, int segments);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: has all that is its own of {Parent}, to position {Position}, and stands by itself.")]
        public static partial void Inherited(ILogger logger, string shard, string parent, long position);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: split; one of {ShardCount} from position {Position}, {Rows} rows are another shard's.")]
        public static partial void Split(ILogger logger, string shard, int shardCount, long position, int rows);

        [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard}: version {Version} of its schema from position {Position}: {Spaces}.")]
        public static partial void SchemaChanged(ILogger logger, string shard, int version, long position, string spaces);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: its parent's log cannot be read on; trying again in {RetryAfter}.")]
        public static partial void InheritFailed(ILogger logger, Exception reason, string shard, TimeSpan retryAfter);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: merging or indexing failed; trying again in {RetryAfter}.")]
        public static partial void MaintenanceFailed(ILogger logger, Exception reason, string shard, TimeSpan retryAfter);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard}: collecting unnamed objects failed; they are left for the next time.")]
        public static partial void CollectFailed(ILogger logger, Exception reason, string shard);
    }
}
