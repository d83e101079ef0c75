using System.Threading.Channels;
using StackExchange.Redis;

namespace Manifold.Storage;

/// <summary>
/// One handle on a shard's log in Redis. This part takes appends in and holds the steps of control; <c>RedisLog.Sending.cs</c> brings appends to Redis,
/// <c>RedisLog.Settling.cs</c> finds out what became of those without an answer, <c>RedisLog.Reading.cs</c> reads.
/// </summary>
/// <remarks>
/// Handles share nothing but Redis, whether they are in one process or in several: a handle appends and truncates only under a lead that it took itself.
/// <see cref="_gate"/> guards the lead and the queue and is never held over I/O.
/// </remarks>
internal sealed partial class RedisLog : IShardLog
{
    /// <summary>The largest payload: half of what Redis takes as one value by default.</summary>
    public const int MaxPayloadBytes = 256 * 1024 * 1024;

    // Redis does nothing else during a step, so that a long truncation is made of several.
    private const int TruncateStepRecords = 10_000;

    private readonly object _gate = new();
    private readonly RedisConnection _connection;
    private readonly RedisLogKeys _keys;
    private readonly RedisLogOptions _options;
    private readonly Action<RedisLog> _released;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private List<RedisAppend> _queue = [];
    private RedisLead? _lead;
    private Task _sending = Task.CompletedTask;
    private bool _closed;

    public RedisLog(RedisConnection connection, RedisLogKeys keys, RedisLogOptions options, Action<RedisLog> released)
    {
        _connection = connection;
        _keys = keys;
        _options = options;
        _released = released;
    }

    private string Name => $"redis stream '{_keys.StreamName}' at {_connection.Endpoints}";

    public async Task<LogLead> TakeLeadAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        var state = await StateAsync(RedisLogScripts.TakeLead, [Guid.NewGuid().ToByteArray()], cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IShardLog));
            // Two takings under way may be answered in any order; the newer one holds.
            if (_lead is null || _lead.Epoch < state.Epoch || !_lead.LogId.AsSpan().SequenceEqual(state.Id))
                _lead = new RedisLead(state);
            if (_sending.IsCompleted)
                _sending = Task.Run(SendAsync, CancellationToken.None);
        }
        return state.Lead;
    }

    public Task<ulong> AppendAsync(long epoch, long position, Guid batchId, ReadOnlyMemory<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayloadBytes, nameof(payload));
        var payloadChecksum = RunningChecksum.OfPayload(payload.Span);
        RedisAppend append;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IShardLog));
            if (LeadUnderGate(epoch, out var end) is not { } lead)
                return Task.FromException<ulong>(end.ToException());
            if (position != lead.Handed.Position + 1)
                throw new ArgumentException($"position {position} was handed over where {lead.Handed.Position + 1} must follow", nameof(position));
            var held = lead.HandedBytes - lead.FreedBytes;
            if (held + payload.Length > _options.MaxLogBytes)
            {
                return Task.FromException<ulong>(new LogFullException(
                    $"{Name}: the log holds {held} bytes and the record has {payload.Length}; {nameof(RedisLogOptions.MaxLogBytes)} is {_options.MaxLogBytes}"));
            }
            append = lead.Hand(position, batchId, payloadChecksum, payload);
            _queue.Add(append);
        }
        _wake.Writer.TryWrite(true);
        return append.Task;
    }

    public async Task TruncateAsync(long epoch, long throughPosition, CancellationToken cancellationToken)
    {
        RedisLead? lead;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IShardLog));
            lead = LeadUnderGate(epoch, out var end) ?? throw end.ToException();
        }
        for (var first = 0L; first <= throughPosition;)
        {
            var fields = (RedisValue[])(await EvaluateAsync(
                RedisLogScripts.Truncate, [epoch, lead.LogId, throughPosition, TruncateStepRecords], cancellationToken))!;
            switch ((int)fields[0])
            {
                case RedisLogScripts.OtherEpoch:
                    throw (EndOf(lead, (long)fields[1], (byte[])fields[2]!)).ToException();
                case RedisLogScripts.OtherPosition:
                    throw new ArgumentOutOfRangeException(nameof(throughPosition), throughPosition, $"the log ends at position {fields[1]}");
                case RedisLogScripts.Missing:
                    throw RedisLogEntry.Corrupt(_keys, RedisLogEntry.IdOf((long)fields[1]), "is missing or damaged");
            }
            lock (_gate)
                lead.Freed((long)fields[1]);
            if ((long)fields[2] == first)
                break;
            first = (long)fields[2];
        }
    }

    public async Task<LogLead> GetEndAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return (await StateAsync(RedisLogScripts.State, [], cancellationToken)).Lead;
    }

    /// <inheritdoc/>
    public LogSize? Size
    {
        get
        {
            lock (_gate)
                return _lead is { } lead ? new LogSize(lead.HandedBytes - lead.FreedBytes, _options.MaxLogBytes) : null;
        }
    }

    /// <summary>Sends what was handed over, awaits the answers, and lets go of the log; the log itself stays.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _closed = true;
        _wake.Writer.TryWrite(true);
        await _sending;
        _released(this);
    }

    /// <summary>The lead that an append or truncation of an epoch goes by, or why there is none.</summary>
    private RedisLead? LeadUnderGate(long epoch, out RedisLeadEnd end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, _lead?.Epoch ?? 0);
        end = epoch == _lead?.Epoch && _lead.End is { } ended
            ? ended
            : new RedisLeadEnd(RedisLeadEndKind.Fenced, $"{Name}: epoch {epoch} is over, the log is at epoch {_lead?.Epoch ?? 0}");
        return _lead?.Epoch == epoch && _lead.End is null ? _lead : null;
    }

    /// <summary>What it means for a lead that the log has another epoch or another id.</summary>
    private RedisLeadEnd EndOf(RedisLead lead, long epoch, byte[] logId)
    {
        if (!logId.AsSpan().SequenceEqual(lead.LogId))
        {
            return new RedisLeadEnd(
                logId.Length == 0 ? RedisLeadEndKind.Unavailable : RedisLeadEndKind.Fenced,
                $"{Name}: the log that epoch {lead.Epoch} led is gone{(logId.Length == 0 ? "" : $"; another is in its place, at epoch {epoch}")}: it was deleted, or Redis lost it");
        }
        return epoch > lead.Epoch
            ? new RedisLeadEnd(RedisLeadEndKind.Fenced, $"{Name}: epoch {lead.Epoch} is over, the log is at epoch {epoch}")
            : new RedisLeadEnd(RedisLeadEndKind.Unavailable, $"{Name}: the log is at epoch {epoch}, before this lead's {lead.Epoch}: Redis came back with older data");
    }

    private void ThrowIfClosed()
    {
        lock (_gate)
            ObjectDisposedException.ThrowIf(_closed, typeof(IShardLog));
    }

    private LogUnavailableException Unavailable(Exception cause) => new($"{Name}: {cause.Message}", cause);

    /// <summary>Runs a step other than an append. The client library sends the script's text where the server does not know it.</summary>
    private async Task<RedisResult> EvaluateAsync(string script, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.Database.ScriptEvaluateAsync(script, _keys.Both, arguments).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (RedisConnection.IsWrongType(failure))
        {
            throw new CorruptLogException($"redis keys '{_keys.Meta}' and '{_keys.StreamName}' must be a hash and a stream: {failure.Message}", failure);
        }
        catch (Exception failure) when (RedisConnection.IsUnavailable(failure))
        {
            throw Unavailable(failure);
        }
    }
}
