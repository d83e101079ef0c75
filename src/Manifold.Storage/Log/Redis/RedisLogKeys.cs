using System.Text;
using StackExchange.Redis;

namespace Manifold.Storage;

/// <summary>The two keys of a shard's log. They share a hash tag, so that a Redis Cluster keeps them in one slot and a script may use both.</summary>
internal sealed class RedisLogKeys
{
    /// <summary>The longest shard name, as for the file log.</summary>
    private const int MaxNameBytes = 1024;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">The name is empty, has an empty part, is too long, or is no valid Unicode.</exception>
    public RedisLogKeys(string prefix, string shard)
    {
        ArgumentException.ThrowIfNullOrEmpty(shard);
        if (shard.Split('/').Any(part => part.Length == 0))
            throw new ArgumentException($"the shard name '{shard}' has an empty part", nameof(shard));
        if (Utf8.GetByteCount(shard) > MaxNameBytes)
            throw new ArgumentException($"the shard name has {Utf8.GetByteCount(shard)} bytes of UTF-8; at most {MaxNameBytes} are allowed", nameof(shard));
        StreamName = $"{{{prefix}:{shard}}}:log";
        Meta = $"{{{prefix}:{shard}}}:meta";
        Stream = StreamName;
        Both = [Meta, Stream];
    }

    /// <summary>The stream's key as text; messages name it.</summary>
    public string StreamName { get; }

    public RedisKey Stream { get; }

    /// <summary>The hash of the log's state.</summary>
    public RedisKey Meta { get; }

    /// <summary>Meta and stream, as the scripts take them.</summary>
    public RedisKey[] Both { get; }
}
