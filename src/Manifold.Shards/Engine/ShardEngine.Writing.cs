using System.Diagnostics;
using Manifold.Index;
using Manifold.Storage;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    /// <summary>Views are published at the latest after this many applied records, so that one burst of writes does not hold back the first of them.</summary>
    private const int MaxRecordsPerPublish = 256;

    /// <summary>What a writer is told when the log has reached its byte bound: about what sealing takes.</summary>
    private static readonly TimeSpan FullLogRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Writes one batch (made by <see cref="WriteBatchBuilder"/>). Its place in the order is fixed before this method first yields; batches that are
    /// under way together share one commit.
    /// </summary>
    /// <param name="batch">The encoded batch; not to be changed afterwards.</param>
    /// <param name="acknowledgement">What to wait for.</param>
    /// <param name="cancellationToken">Stops the waiting; the write itself goes on.</param>
    /// <param name="shardCount">How many shards the caller takes the collection to have; 0: whatever it has.</param>
    /// <param name="schemaVersion">The schema that the caller encoded for; <c>null</c>: whatever the shard has.</param>
    /// <exception cref="ShardMovedException">There are more. Nothing was written.</exception>
    /// <exception cref="ShardSchemaChangedException">The shard has a newer schema. Nothing was written.</exception>
    /// <exception cref="InvalidBatchException">The batch does not fit this shard. Nothing was written.</exception>
    /// <exception cref="StaleWriteException">Its writer has written something newer. Nothing was written.</exception>
    /// <exception cref="ShardOverloadedException">Too much waits for the log. Nothing was written.</exception>
    /// <exception cref="ShardUnavailableException">The log failed; the outcome is unknown.</exception>
    public async Task<WriteResult> WriteAsync(ReadOnlyMemory<byte> batch, Acknowledgement acknowledgement, CancellationToken cancellationToken, int shardCount = 0, int? schemaVersion = null)
    {
        // Too late is not at all: the caller may have written something newer by another way.
        cancellationToken.ThrowIfCancellationRequested();
        var (position, pending) = HandOver(batch, shardCount, schemaVersion);
        return await CompleteAsync(position, pending, acknowledgement, cancellationToken);
    }

    /// <summary>Waits for what the caller wants to be sure of.</summary>
    private async Task<WriteResult> CompleteAsync(long position, PendingWrite? pending, Acknowledgement acknowledgement, CancellationToken cancellationToken)
    {
        if (pending is null)
        {
            await WaitAppliedAsync(position, cancellationToken);
            return new WriteResult(position, Acknowledgement.Applied);
        }
        await (acknowledgement == Acknowledgement.Durable ? pending.WaitDurableAsync() : pending.Applied.Task).WaitAsync(cancellationToken);
        return new WriteResult(position, acknowledgement);
    }

    /// <returns>The batch's position, and the write under way; <c>null</c> for a repetition of its writer's last write.</returns>
    private (long Position, PendingWrite? Pending) HandOver(ReadOnlyMemory<byte> batch, int shardCount, int? schemaVersion = null)
    {
        WriterEntry? entry = null;
        try
        {
            var parsed = new WriteBatch(batch.Span);
            parsed.Validate(Schema.Spaces);
            if (!parsed.Writer.IsEmpty)
            {
                entry = new WriterEntry(parsed.WriterName, parsed.Sequence, 0, parsed.GetIdentity());
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidBatchException(e.Message, e);
        }

        lock (_gate)
        {
            ThrowIfFailed();
            ThrowIfMoved(shardCount);
            ThrowIfOutdated(schemaVersion);
            if (entry is not null && _handedWriters.TryGet(entry.Writer, out var last))
            {
                if (entry.Sequence == last.Sequence)
                {
                    var isRepeated = entry.Identity == last.Identity || last.Identity == WriterEntry.AnyIdentity;
                    NoteHandOver(isRepeated ? "repeated" : "stale");
                    return isRepeated
                        ? (last.Position, null)
                        : throw new StaleWriteException($"writer \"{entry.Writer}\" used sequence number {entry.Sequence} before, for other items; this batch was not written");
                }
                if (entry.Sequence < last.Sequence)
                {
                    NoteHandOver("stale");
                    throw new StaleWriteException(
                        $"writer \"{entry.Writer}\" sent sequence number {entry.Sequence} after {last.Sequence}: a late retry, which was not written");
                }
            }
            var pending = Append(batch, entry);
            return (pending.Position, pending);
        }
    }

    /// <summary>Hands a record to the log. In the gate.</summary>
    private PendingWrite Append(ReadOnlyMemory<byte> batch, WriterEntry? entry)
    {
        if (_pendingBytes > 0 && _pendingBytes + batch.Length > _services.Options.MaxPendingBytes)
        {
            NoteHandOver("pending_full");
            throw new ShardOverloadedException(
                $"{_pendingBytes} bytes of writes wait for the log of shard {_definition.Shard} (Manifold:Shards:MaxPendingBytes is {_services.Options.MaxPendingBytes})",
                TimeSpan.FromMilliseconds(100));
        }
        var position = _handedPosition + 1;
        var append = _log.AppendAsync(_epoch, position, Guid.NewGuid(), batch);
        if (append is { IsFaulted: true, Exception.InnerException: LogFullException full })
        {
            // Nothing was handed over, and the lead goes on: sealing makes room.
            NoteHandOver("log_full");
            throw new ShardOverloadedException($"the log of shard {_definition.Shard} is full until its segment is sealed: {full.Message}", FullLogRetryAfter);
        }
        _handedPosition = position;
        _pendingBytes += batch.Length;
        if (entry is not null)
        {
            _handedWriters.Set(entry with { Position = position });
        }
        _recent.Enqueue((position, batch));
        var pending = new PendingWrite(position, batch, append);
        _steps.Writer.TryWrite(new Step(pending, null));
        NoteHandOver("taken");
        NoteWhenDurable(pending);
        return pending;
    }

    /// <summary>The one loop that changes the index: waits for each record to be durable, in order, applies it and publishes views.</summary>
    private async Task ApplyAsync()
    {
        var applied = new List<PendingWrite>();
        Exception? broken = null;

        // What was read from the log may fill a segment already.
        SealIfFull();
        while (await _steps.Reader.WaitToReadAsync())
        {
            while (applied.Count < MaxRecordsPerPublish && _steps.Reader.TryPeek(out var step))
            {
                if (step.Write is { Append.IsCompleted: false } && applied.Count > 0)
                {
                    break;
                }
                _steps.Reader.TryRead(out _);
                if (step.Write is not { } write)
                {
                    // What it finds in the index, it finds in the position as well.
                    Publish(applied);
                    applied.Clear();
                    step.Run!();
                    continue;
                }
                try
                {
                    var checksum = await write.Append;
                    if (broken is null)
                    {
                        Apply(write.Batch.Span, write.Position, isLive: true);
                        _appliedChecksum = checksum;
                        applied.Add(write);
                        continue;
                    }
                }
                catch (Exception e)
                {
                    broken ??= e;
                }
                StopWriting([write], broken!);
            }
            try
            {
                Publish(applied);
                if (broken is null)
                {
                    SealIfFull();
                }
            }
            catch (Exception e)
            {
                // Nothing that is known to happen; but a loop that ended here would leave its writers waiting for ever.
                broken ??= e;
                StopWriting(applied, e);
            }
            applied.Clear();
        }
    }

    private void Apply(ReadOnlySpan<byte> payload, long position, bool isLive)
    {
        var batch = new WriteBatch(payload);
        if (batch.Control == WriteKind.Split)
        {
            ApplySplit((int)batch.ControlValue, position, isLive);
        }
        if (batch.Control == WriteKind.Schema)
        {
            ApplySchema(batch.ReadSchema(), position);
        }
        batch.ApplyTo(_index);
        if (batch.Control is WriteKind.Inherit or WriteKind.InheritLast)
        {
            lock (_gate)
            {
                if (batch.Control == WriteKind.InheritLast)
                {
                    // Whoever sees that it is complete finds everything.
                    _index.Publish();
                }
                _inherited = new Inheritance(batch.ControlValue, batch.Control == WriteKind.InheritLast);
            }
        }
        _unsealedLogBytes += payload.Length;
        if (!batch.Writer.IsEmpty)
        {
            _appliedWriters.Set(new WriterEntry(batch.WriterName, batch.Sequence, position, batch.GetIdentity()));
        }
    }

    private void Publish(List<PendingWrite> applied)
    {
        if (applied.Count == 0)
        {
            return;
        }
        _index.Publish();
        TaskCompletionSource advanced;
        lock (_gate)
        {
            Volatile.Write(ref _appliedPosition, applied[^1].Position);
            foreach (var write in applied)
            {
                _pendingBytes -= write.Batch.Length;
            }
            ForgetApplied();
            advanced = _advanced;
            _advanced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        advanced.TrySetResult();
        foreach (var write in applied)
        {
            ShardMetrics.WriteDuration.Record(Stopwatch.GetElapsedTime(write.HandedOver).TotalSeconds, Tag, ShardMetrics.Applied);
            write.Applied.TrySetResult();
        }
    }

    /// <summary>After a refused append nothing more is applied: what is in the log is read again by the next leader.</summary>
    private void StopWriting(IReadOnlyList<PendingWrite> writes, Exception reason)
    {
        Exception failure = reason switch
        {
            FencedException => new ShardUnavailableException($"shard {_definition.Shard} has a newer leader", reason),
            CorruptSegmentException => new ShardCorruptException($"shard {_definition.Shard} is damaged: {reason.Message}", reason),
            _ => new ShardUnavailableException(
                $"a write to shard {_definition.Shard} failed, and whether it is in the log is unknown: {reason.Message}", reason),
        };
        if (Failure is null)
        {
            Log.Failed(_services.Logger, failure, _definition.Shard);
        }
        Fail(failure);
        lock (_gate)
        {
            _pendingBytes -= writes.Sum(w => (long)w.Batch.Length);
        }
        foreach (var write in writes)
        {
            write.Applied.TrySetException(failure);
            _ = write.Applied.Task.Exception; // A caller that waits for Durable does not look at it.
        }
    }

    /// <summary>A thing for the loop to do: apply a write, or run something that touches the index.</summary>
    private readonly record struct Step(PendingWrite? Write, Action? Run);

    private sealed class PendingWrite(long position, ReadOnlyMemory<byte> batch, Task<ulong> append)
    {
        public long Position => position;

        public long HandedOver { get; } = Stopwatch.GetTimestamp();

        public ReadOnlyMemory<byte> Batch => batch;

        public Task<ulong> Append => append;

        public TaskCompletionSource Applied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task WaitDurableAsync()
        {
            try
            {
                await append;
            }
            catch (Exception e) when (e is FencedException or LogUnavailableException)
            {
                throw new ShardUnavailableException(e.Message, e);
            }
        }
    }
}
