using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>The part of a write that goes to one shard.</summary>
internal sealed class ShardBatch(int number, WriterSequence writer)
{
    public int Number => number;

    /// <summary>The items in it, with their places in the caller's batch.</summary>
    public List<(int Index, string Id)> Items { get; } = [];

    public WriteBatchBuilder Builder { get; } = new(writer.Writer, writer.Sequence);

    /// <summary>The encoded batch; nothing can be added afterwards.</summary>
    public byte[] ToArray() => Builder.ToArray();
}
