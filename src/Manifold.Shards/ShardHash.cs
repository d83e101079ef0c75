using System.IO.Hashing;

namespace Manifold.Shards;

/// <summary>Which shard an item belongs to.</summary>
public static class ShardHash
{
    /// <summary>
    /// XXH64 of the id's UTF-8 bytes, modulo the number of shards: so that with twice as many an item stays in its shard <c>s</c> of <c>n</c>, or is in <c>s + n</c>.
    /// </summary>
    public static int ShardOf(ReadOnlySpan<byte> idUtf8, int shardCount) => shardCount == 1 ? 0 : (int)(XxHash64.HashToUInt64(idUtf8) % (uint)shardCount);
}
