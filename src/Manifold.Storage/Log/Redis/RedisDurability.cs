using StackExchange.Redis;

namespace Manifold.Storage;

/// <summary>Whether Redis is set so that what it acknowledges survives its death: each write is in the append-only file, flushed, before its answer goes out.</summary>
public static class RedisDurability
{
    private static readonly (string Setting, string Required, string Reason)[] Settings =
    [
        ("appendonly", "yes", "writes are else lost when Redis stops"),
        ("appendfsync", "always", "a write is else acknowledged before it is on the disk"),
        ("no-appendfsync-on-rewrite", "no", "nothing is else flushed while the append-only file is rewritten"),
        ("maxmemory-policy", "noeviction", "Redis else throws logs away when its memory is full"),
    ];

    /// <summary>Reads the settings of every primary that is connected and gives those that differ.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="assumeDurable">Leaves out servers that do not let their settings be read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">Redis does not answer.</exception>
    public static async Task<IReadOnlyList<RedisDurabilityDifference>> CheckAsync(
        RedisConnection connection, bool assumeDurable, CancellationToken cancellationToken)
    {
        var servers = connection.Primaries();
        if (servers.Count == 0)
            throw new IOException($"redis at {connection.Endpoints} is not connected: its settings cannot be read");
        var differences = new List<RedisDurabilityDifference>();
        foreach (var server in servers)
        {
            foreach (var (setting, required, reason) in Settings)
            {
                if (await DifferenceAsync(server, setting, required, reason, assumeDurable, cancellationToken) is { } difference)
                    differences.Add(difference);
            }
        }
        return differences;
    }

    private static async Task<RedisDurabilityDifference?> DifferenceAsync(
        IServer server, string setting, string required, string reason, bool assumeDurable, CancellationToken cancellationToken)
    {
        var endpoint = RedisConnection.Format(server.EndPoint);
        string? value;
        string? refusal = null;
        try
        {
            // Written out as a command: the library's own call wants the right to administer.
            var pair = (RedisValue[]?)await server.ExecuteAsync("CONFIG", "GET", setting).WaitAsync(cancellationToken);
            value = pair is [_, var found, ..] ? (string?)found : null;
        }
        catch (RedisServerException refused)
        {
            value = null;
            refusal = refused.Message;
        }
        catch (Exception failure) when (RedisConnection.IsUnavailable(failure))
        {
            throw new IOException($"redis at {endpoint}: its settings cannot be read: {failure.Message}", failure);
        }
        if (value == required || (value is null && assumeDurable))
            return null;
        var message = value is not null
            ? $"redis at {endpoint}: {setting} is '{value}' and must be '{required}': {reason}"
            : $"redis at {endpoint}: {setting} cannot be read{(refusal is null ? "" : $" ({refusal})")} and must be '{required}': {reason}. "
                + $"Allow CONFIG GET, or set {nameof(RedisLogOptions.AssumeDurable)} where the server's operator guarantees it";
        return new RedisDurabilityDifference(endpoint, setting, value, required, message);
    }
}
