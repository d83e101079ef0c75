using Manifold.Storage;

namespace Manifold.Server;

/// <summary>How a cluster keeps its shard logs in Redis, bound from <c>Manifold:Redis</c>. Where Redis is, <c>ConnectionStrings:redis</c> says.</summary>
public sealed record RedisSettings
{
    /// <summary>See <see cref="RedisLogOptions.AssumeDurable"/>.</summary>
    public bool AssumeDurable { get; init; }

    /// <summary>See <see cref="RedisLogOptions.MaxLogBytes"/>.</summary>
    public long MaxLogBytes { get; init; } = new RedisLogOptions().MaxLogBytes;

    /// <summary>What is wrong, with the key, the value and what is allowed.</summary>
    public IEnumerable<string> Validate(string section)
    {
        if (MaxLogBytes is < 1024 * 1024 or > 1L << 50)
        {
            yield return $"{section}:{nameof(MaxLogBytes)} is {MaxLogBytes}; it must be between {1024 * 1024} and {1L << 50}.";
        }
    }
}
