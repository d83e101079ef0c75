using System.Collections.Concurrent;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>
/// Writer ids for writes that run at the same time. A shard answers the last sequence number of a writer again without writing twice and refuses
/// older ones, so a writer has one write on its way at a time; each concurrent write rents a writer of its own.
/// </summary>
internal sealed class WriterPool
{
    private readonly ConcurrentBag<V1.WriterSequence> _free = [];
    private readonly string _name = Guid.NewGuid().ToString("N");
    private int _count;

    /// <summary>A writer with its next number. Give it back whatever became of the write: the next number puts a late one behind it.</summary>
    public V1.WriterSequence Rent()
    {
        if (!_free.TryTake(out var writer))
            writer = new V1.WriterSequence { Writer = $"{_name}-{Interlocked.Increment(ref _count)}" };
        return new V1.WriterSequence { Writer = writer.Writer, Sequence = writer.Sequence + 1 };
    }

    public void Return(V1.WriterSequence writer) => _free.Add(writer);
}
