using Manifold.Index;

namespace Manifold.Shards;

public sealed partial class ShardEngine
{
    // Batches that were handed over and are not sure to be in the view that an update reads, in order. Under the gate.
    private readonly Queue<(long Position, ReadOnlyMemory<byte> Batch)> _recent = [];

    // One update reads at a time; what it read from. Never disposed: an update may be under way while the engine closes, and there is nothing in it to give back.
    private readonly SemaphoreSlim _updateTurn = new(1, 1);
    private long _updateReadsFrom = long.MaxValue;

    /// <summary>
    /// Changes attributes of items, which keep everything else. The log gets the items as they come out, so that reading it again needs nothing that was there before.
    /// </summary>
    /// <param name="updates">The changes; each item once.</param>
    /// <param name="writer">The writer's identity, as in <see cref="WriteBatchBuilder"/>; empty for none.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="acknowledgement">What to wait for.</param>
    /// <param name="cancellationToken">Stops the waiting; once handed over, the write itself goes on.</param>
    /// <param name="shardCount">How many shards the caller takes the collection to have; 0: whatever it has.</param>
    /// <remarks>
    /// The items are read from the present view, outside the gate. In the gate, where the order of writes is fixed, nothing that came after that view may have touched them;
    /// otherwise they are read again once that is applied. So each update is of what stands right before it, and only writes of the same items make it wait.
    /// </remarks>
    /// <exception cref="StaleWriteException">Its writer has written something newer. Nothing was written.</exception>
    /// <exception cref="ShardOverloadedException">Too much waits for the log. Nothing was written.</exception>
    /// <exception cref="ShardUnavailableException">The log failed; the outcome is unknown.</exception>
    public Task<UpdateResult> UpdateAsync(
        IReadOnlyList<AttributeUpdate> updates, string writer, long sequence, Acknowledgement acknowledgement, CancellationToken cancellationToken, int shardCount = 0)
    {
        return ChangeAsync([.. updates.Select(update => update.Id)], Change, new WriterEntry(writer, sequence, 0, 0), acknowledgement, shardCount, cancellationToken);

        (Item? Changed, FieldError? Error) Change(int index, Item item)
        {
            var attributes = updates[index].ApplyTo(item.Attributes);
            return ItemValidation.Validate(attributes) is [var error, ..] ? (null, error) : (item with { Attributes = attributes }, null);
        }
    }

    /// <summary>Gives items vectors in a space where they have none: in the same way, so that an item which was written again or deleted meanwhile is left as it is by now.</summary>
    /// <param name="fills">The vectors; each item once.</param>
    /// <param name="acknowledgement">What to wait for.</param>
    /// <param name="cancellationToken">Stops the waiting; once handed over, the write itself goes on.</param>
    /// <param name="shardCount">How many shards the caller takes the collection to have; 0: whatever it has.</param>
    /// <returns>Where it stands; the items that were left as they are are its failures.</returns>
    /// <exception cref="ShardOverloadedException">Too much waits for the log. Nothing was written.</exception>
    /// <exception cref="ShardUnavailableException">The log failed; the outcome is unknown.</exception>
    public Task<UpdateResult> FillAsync(IReadOnlyList<VectorFill> fills, Acknowledgement acknowledgement, CancellationToken cancellationToken, int shardCount = 0) =>
        ChangeAsync([.. fills.Select(fill => fill.Id)], (index, item) => (fills[index].ApplyTo(item), null), new WriterEntry("", 0, 0, 0), acknowledgement, shardCount, cancellationToken);

    private async Task<UpdateResult> ChangeAsync(
        string[] changed, ItemChange change, WriterEntry writer, Acknowledgement acknowledgement, int shardCount, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ids = changed.ToHashSet(StringComparer.Ordinal);
        if (ids.Count != changed.Length)
        {
            throw new InvalidBatchException("a batch of updates names an item twice");
        }
        while (true)
        {
            long touched;
            List<UpdateFailure> failures;
            (long Position, PendingWrite? Pending) handed = default;
            await _updateTurn.WaitAsync(cancellationToken);
            try
            {
                lock (_gate)
                {
                    ThrowIfFailed();
                    ThrowIfMoved(shardCount);
                    _updateReadsFrom = AppliedPosition;
                }
                (var batch, failures) = await Task.Run(() => ReadAndChange(changed, change, new WriteBatchBuilder(writer.Writer, writer.Sequence)), cancellationToken);
                lock (_gate)
                {
                    ThrowIfFailed();
                    ThrowIfMoved(shardCount);
                    touched = LastThatTouches(ids);
                    if (touched == 0 && batch is null)
                    {
                        return new UpdateResult(null, failures);
                    }
                    if (touched == 0)
                    {
                        handed = HandOver(batch, shardCount);
                    }
                }
            }
            finally
            {
                lock (_gate)
                {
                    _updateReadsFrom = long.MaxValue;
                    ForgetApplied();
                }
                _updateTurn.Release();
            }
            if (touched == 0)
            {
                return new UpdateResult(await CompleteAsync(handed.Position, handed.Pending, acknowledgement, cancellationToken), failures);
            }
            await WaitAppliedAsync(touched, cancellationToken);
        }
    }

    private (byte[]? Batch, List<UpdateFailure> Failures) ReadAndChange(string[] ids, ItemChange change, WriteBatchBuilder batch)
    {
        var failures = new List<UpdateFailure>();
        using var lease = AcquireView();
        foreach (var (i, id) in ids.Index())
        {
            var (changed, error) = lease.View.Get(id, withVectors: true) is { } item ? change(i, item) : (null, null);
            if (changed is not null)
            {
                batch.Update(changed);
                continue;
            }
            failures.Add(new UpdateFailure(i, error));
            batch.Skip(id);
        }
        return (failures.Count < ids.Length ? batch.ToArray() : null, failures);
    }

    /// <summary>The last write since the update's view that touches one of the items; 0 for none. In the gate.</summary>
    private long LastThatTouches(HashSet<string> ids)
    {
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var last = 0L;
        foreach (var (position, batch) in _recent)
        {
            if (position > _updateReadsFrom && new WriteBatch(batch.Span).Touches(lookup))
            {
                last = position;
            }
        }
        return last;
    }

    /// <summary>An item as a change leaves it; <c>null</c> where it stays as it is, perhaps with what is wrong with what would come out.</summary>
    private delegate (Item? Changed, FieldError? Error) ItemChange(int index, Item item);

    /// <summary>Lets go of batches that every update to come will find in its view. In the gate.</summary>
    private void ForgetApplied()
    {
        var known = Math.Min(AppliedPosition, _updateReadsFrom);
        while (_recent.TryPeek(out var oldest) && oldest.Position <= known)
        {
            _recent.Dequeue();
        }
    }
}
