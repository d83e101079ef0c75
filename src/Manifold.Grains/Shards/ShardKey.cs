using System.Globalization;
using System.Text;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>Names of shards and their replicas: <c>collection/shard/rank</c>, rank 0 leading.</summary>
public static class ShardKey
{
    /// <summary>The grain key of a shard's replica.</summary>
    public static string Format(string collectionId, int shard, int rank = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"{collectionId}/{shard}/{rank}");

    /// <returns>The collection's id, and the name that the shard's log, manifest and segments have: <c>collection/shard</c>.</returns>
    public static (string CollectionId, string Shard) Parse(string key)
    {
        var parts = key.Split('/');
        return parts is [var collection, _, _]
            ? (collection, key[..key.LastIndexOf('/')])
            : throw new ArgumentException($"\"{key}\" is no shard key", nameof(key));
    }

    /// <summary>The rank of a replica's key.</summary>
    public static int RankOf(string key) => int.Parse(key.AsSpan(key.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The number of a shard's name.</summary>
    public static int NumberOf(string shard) => int.Parse(shard.AsSpan(shard.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The shard that an item belongs to.</summary>
    public static int ShardOf(string itemId, int shardCount) => ShardHash.ShardOf(Encoding.UTF8.GetBytes(itemId), shardCount);
}
