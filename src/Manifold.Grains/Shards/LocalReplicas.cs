using System.Collections.Concurrent;

namespace Manifold.Grains;

/// <summary>The replicas that are on this silo, by key. Thread-safe.</summary>
public sealed class LocalReplicas
{
    private readonly ConcurrentDictionary<string, IShardGrain> _replicas = new(StringComparer.Ordinal);

    /// <summary>Keys and references of what is here.</summary>
    public IReadOnlyList<KeyValuePair<string, IShardGrain>> All => [.. _replicas];

    public bool Contains(string key) => _replicas.ContainsKey(key);

    /// <summary>Whether any rank of a shard is here.</summary>
    public bool HasAny(string shard) => _replicas.Keys.Any(key => key.StartsWith(shard + '/', StringComparison.Ordinal));

    public void Add(string key, IShardGrain grain) => _replicas[key] = grain;

    /// <returns>Whether another rank of the same shard is still here.</returns>
    public bool Remove(string key)
    {
        _replicas.TryRemove(key, out _);
        return HasAny(key[..key.LastIndexOf('/')]);
    }
}
