using Manifold.Index;

namespace Manifold.Shards;

/// <summary>
/// The side of a shard that is split. One record in its log says from where on the collection has twice as many shards: applying it takes the other shard's items
/// away. Callers say by how many shards they go; those that do not know of the split yet read the view from before it, and cannot write.
/// </summary>
public sealed partial class ShardEngine
{
    // By how many shards searches go, and writes; 0 while unknown. Under the gate.
    private int _shardCount;
    private int _handedShardCount;

    // The last view with all items, for searches that go by half as many shards. Until somebody knows of the split: nothing is written in between. Under the gate.
    private ViewLease? _unsplit;

    /// <summary>By how many shards searches go; 0 while unknown.</summary>
    public int ShardCount
    {
        get
        {
            lock (_gate)
            {
                return _shardCount;
            }
        }
    }

    /// <summary>Splits the shard: durable, and in force for searches, when the task ends. Again: nothing happens.</summary>
    /// <param name="shardCount">How many shards there are from here: twice as many as before.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not twice as many.</exception>
    /// <exception cref="ShardUnavailableException">The log failed; the outcome is unknown.</exception>
    public async Task SplitAsync(int shardCount, CancellationToken cancellationToken)
    {
        long position;
        PendingWrite? pending = null;
        lock (_gate)
        {
            ThrowIfFailed();
            position = _handedPosition;
            if (_handedShardCount != shardCount)
            {
                if (_handedShardCount > 0 && shardCount != 2 * _handedShardCount)
                {
                    throw new ArgumentOutOfRangeException(nameof(shardCount), shardCount, $"shard {_definition.Shard} is one of {_handedShardCount}: it can be split for {2 * _handedShardCount}");
                }
                pending = Append(WriteBatch.OfControl(WriteKind.Split, shardCount), null);
                position = pending.Position;
                _handedShardCount = shardCount;
                _handedWriters.ForgetIdentities();
            }
        }
        await CompleteAsync(position, pending, Acknowledgement.Applied, cancellationToken);
    }

    /// <summary>Waits until searches know of so many shards.</summary>
    /// <exception cref="ShardUnavailableException">The engine failed before it got there.</exception>
    public async Task WaitShardCountAsync(int shardCount, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task advanced;
            lock (_gate)
            {
                if (_shardCount == 0 || _shardCount >= shardCount)
                {
                    return;
                }
                ThrowIfFailed();
                advanced = _advanced.Task;
            }
            Wake();
            await advanced.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets go of the view from before a split: all who ask know of it.</summary>
    public void ForgetUnsplit()
    {
        lock (_gate)
        {
            _unsplit?.Dispose();
            _unsplit = null;
        }
    }

    private ViewLease AcquireRoutedView(int shardCount)
    {
        lock (_gate)
        {
            if (_inherited is { IsComplete: false })
            {
                throw new ShardUnavailableException($"shard {_definition.Shard} is being split off");
            }
            if (_shardCount == 0 || shardCount == _shardCount)
            {
                _unsplit?.Dispose();
                _unsplit = null;
                return _index.AcquireCurrent();
            }
            if (_unsplit is { } unsplit && 2 * shardCount == _shardCount)
            {
                return unsplit.Share();
            }
            throw Moved(shardCount, _shardCount);
        }
    }

    /// <summary>Whether a write that goes by so many shards may be written. In the gate.</summary>
    private void ThrowIfMoved(int shardCount)
    {
        if (shardCount > 0 && _inherited is { IsComplete: false })
        {
            throw new ShardUnavailableException($"shard {_definition.Shard} is being split off");
        }
        if (shardCount > 0 && _handedShardCount > 0 && shardCount != _handedShardCount)
        {
            throw Moved(shardCount, _handedShardCount);
        }
    }

    private ShardMovedException Moved(int asked, int shardCount) => new($"shard {_definition.Shard} is one of {shardCount}, and the call is for one of {asked}");

    /// <summary>Takes away what is another shard's from here. What is read from the log at opening has nobody who still reads the view before.</summary>
    private void ApplySplit(int shardCount, long position, bool keepsView)
    {
        if (shardCount == _shardCount)
        {
            return;
        }
        var number = _definition.Number;
        _index.Publish();
        var unsplit = keepsView ? _index.AcquireCurrent() : null;
        var rows = _index.DeleteWhere(id => ShardHash.ShardOf(id, shardCount) != number);
        _appliedWriters.ForgetIdentities();
        lock (_gate)
        {
            // In one step for those who search: the number of shards, and the items that go with it.
            _index.Publish();
            _unsplit?.Dispose();
            (_unsplit, _shardCount) = (unsplit, shardCount);
        }
        Log.Split(_services.Logger, _definition.Shard, shardCount, position, rows);
    }
}
