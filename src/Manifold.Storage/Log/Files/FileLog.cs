using Microsoft.Win32.SafeHandles;

namespace Manifold.Storage;

/// <summary>
/// One shard's log in files, shared by all handles on it. This part holds the state and takes appends in; <c>FileLog.Commit.cs</c> makes them
/// durable, <c>FileLog.Control.cs</c> raises the epoch, repairs and truncates, <c>FileLog.Recovery.cs</c> opens, <c>FileLog.Reading.cs</c> reads.
/// </summary>
/// <remarks>
/// <see cref="_gate"/> guards all fields and is never held over I/O. Files are changed by one party at a time: the commit thread between
/// <see cref="TryBeginCommit"/> and <see cref="EndCommit"/>, or a control operation while the log is paused.
/// </remarks>
internal sealed partial class FileLog : IAsyncDisposable
{
    /// <summary>The largest payload: a record is built and read in one piece of memory.</summary>
    public const int MaxPayloadBytes = 256 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly string _folder;
    private readonly FileLogOptions _options;
    private readonly GroupCommit _commits;
    private readonly List<LogFile> _files = [];
    private readonly SemaphoreSlim _control = new(1, 1);
    private SafeFileHandle? _active;
    private long _activeLength;
    private EpochFile _epoch;
    private LogChain _durable;
    private LogChain _handed;
    private List<PendingAppend> _pending = [];
    private Exception? _failure;
    private bool _queued;
    private bool _paused;
    private bool _closed;

    private FileLog(string folder, FileLogOptions options, GroupCommit commits)
    {
        _folder = folder;
        _options = options;
        _commits = commits;
    }

    private StorageIo Io => _options.Io;

    public LogLead End
    {
        get
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, typeof(IShardLog));
                return EndUnderGate();
            }
        }
    }

    public LogSize Size
    {
        get
        {
            lock (_gate)
                return new LogSize(_files.Sum(file => file.End), null);
        }
    }

    /// <summary>Records in the commit that is under way. Of the commit thread.</summary>
    public int CommitRecords => _batch.Count;

    /// <summary>Whether the commit that is under way failed. Of the commit thread.</summary>
    public bool IsCommitFailed => _batchFailure is not null;

    public Task<ulong> AppendAsync(long epoch, long position, Guid batchId, ReadOnlyMemory<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayloadBytes, nameof(payload));
        var payloadChecksum = RunningChecksum.OfPayload(payload.Span);
        PendingAppend append;
        bool wake;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IShardLog));
            if (epoch < _epoch.Epoch)
                return Task.FromException<ulong>(Fenced(epoch));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, _epoch.Epoch);
            if (_failure is not null)
                return Task.FromException<ulong>(Unavailable(_failure));
            if (position != _handed.Position + 1)
                throw new ArgumentException($"position {position} was handed over where {_handed.Position + 1} must follow", nameof(position));
            var running = RunningChecksum.Next(_handed.Running, epoch, position, batchId, payloadChecksum);
            _handed = new LogChain(position, running, epoch);
            append = new PendingAppend(new RecordHeader(payload.Length, epoch, position, 0, batchId, running, payloadChecksum), payload);
            _pending.Add(append);
            wake = !_queued && !_paused;
            _queued |= wake;
        }
        if (wake)
            _commits.Enqueue(this);
        return append.Task;
    }

    private LogLead EndUnderGate() => new(
        _epoch.Epoch, _files.Count == 0 ? _durable.Position + 1 : _files[0].Header.FirstPosition, _durable.Position, _durable.Running);

    private FencedException Fenced(long epoch) => new($"{_folder}: epoch {epoch} is over, the log is at epoch {_epoch.Epoch}");

    private LogUnavailableException Unavailable(Exception cause) => new($"{_folder}: the log cannot be written: {cause.Message}", cause);
}
