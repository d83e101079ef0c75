using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>The part of a write that goes to one shard.</summary>
internal sealed class ShardBatch(int number, WriterSequence writer)
{
    public int Number => number;

    /// <summary>The items in it, with their places in the caller's batch.</summary>
    public List<(int Index, string Id)> Items { get; } = [];

    public WriteBatchBuilder Builder { get; } = new(writer.Writer, writer.Sequence);

    /// <summary>The encoded part; nothing can be added afterwards.</summary>
    public ShardPart Encode() => new(number, Items, Builder.ToArray());
}

/// <summary>The encoded part of a write that goes to one shard.</summary>
/// <param name="Number">The shard's number.</param>
/// <param name="Items">The items in it, with their places in the caller's batch.</param>
/// <param name="Batch">Made by <see cref="WriteBatchBuilder"/>.</param>
internal sealed record ShardPart(int Number, IReadOnlyList<(int Index, string Id)> Items, byte[] Batch)
{
    /// <summary>The same for the shards that there are now.</summary>
    public IEnumerable<ShardPart> Split(int shardCount) => Items
        .GroupBy(item => ShardKey.ShardOf(item.Id, shardCount))
        .Select(shard => new ShardPart(shard.Key, [.. shard], WriteBatchBuilder.SelectShard(Batch, shard.Key, shardCount)!));
}
