using System.Collections.Concurrent;

namespace Manifold.Storage;

/// <summary>
/// Shard logs as streams of a Redis (7.0 or newer; a Redis Cluster too). See docs/storage.md for keys, fields and what is guaranteed. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Handles on one log share nothing but Redis, in one process as in several: a handle appends and truncates only under a lead that it took itself.
/// </remarks>
public sealed class RedisShardLogProvider : IShardLogProvider
{
    private readonly RedisConnection _connection;
    private readonly RedisLogOptions _options;
    private readonly ConcurrentDictionary<RedisLog, bool> _open = new();
    private volatile bool _disposed;

    /// <summary>Creates the provider; nothing is asked of Redis yet.</summary>
    /// <param name="connection">The connection, which the caller closes after the provider.</param>
    /// <param name="options">How logs are kept.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public RedisShardLogProvider(RedisConnection connection, RedisLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        options.Validate();
        _connection = connection;
        _options = options;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Opening checks that the stream has as many entries as the log's state tells of, and reads them through only where it has not; reading and leading verify the rest.
    /// Nothing is stored for a log that nobody led yet.
    /// </remarks>
    /// <exception cref="ArgumentException">The name is empty, has an empty part, is too long, or is no valid Unicode.</exception>
    /// <exception cref="LogUnavailableException">Redis does not answer.</exception>
    public async Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var log = new RedisLog(_connection, new RedisLogKeys(_options.KeyPrefix, shard), _options, log => _open.TryRemove(log, out _));
        await log.GetEndAsync(cancellationToken);
        _open[log] = true;
        return log;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Handles that are still open on the log, here or in another process, find it gone: their appends fail, also after a log of the same name was made.
    /// </remarks>
    /// <exception cref="LogUnavailableException">Redis does not answer; whether the log is deleted is unknown.</exception>
    public async Task DeleteAsync(string shard, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var keys = new RedisLogKeys(_options.KeyPrefix, shard);
        try
        {
            await _connection.Database.KeyDeleteAsync(keys.Both).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (RedisConnection.IsUnavailable(failure))
        {
            throw new LogUnavailableException($"redis stream '{keys.StreamName}' at {_connection.Endpoints}: {failure.Message}", failure);
        }
    }

    /// <summary>Says in what Redis is set otherwise than acknowledged writes need; nothing where all is well.</summary>
    /// <exception cref="IOException">Redis does not answer.</exception>
    public Task<IReadOnlyList<RedisDurabilityDifference>> CheckDurabilityAsync(CancellationToken cancellationToken) =>
        RedisDurability.CheckAsync(_connection, _options.AssumeDurable, cancellationToken);

    /// <summary>Awaits what was handed over and closes the handles. The connection stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        foreach (var log in _open.Keys)
            await log.DisposeAsync();
    }
}
