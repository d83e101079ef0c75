using System.Net;
using StackExchange.Redis;

namespace Manifold.Storage;

/// <summary>
/// The process's connection to one Redis (a server, or a Redis Cluster), shared by logs and documents. Once made it reconnects by itself; while Redis is
/// away, commands fail at once instead of waiting, so that callers learn of it. Safe for concurrent use.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    // Scripts declare their flags in a first line that older servers do not read.
    private static readonly Version OldestServer = new(7, 0);

    // A reconnect is tried at each heartbeat (1 s), but not sooner than this after the last try.
    private const int ReconnectMilliseconds = 250;

    private readonly ConnectionMultiplexer _multiplexer;

    private RedisConnection(ConnectionMultiplexer multiplexer, string endpoints)
    {
        _multiplexer = multiplexer;
        Endpoints = endpoints;
    }

    /// <summary>The configured endpoints, <c>host:port</c>, separated by commas; for messages.</summary>
    public string Endpoints { get; }

    /// <summary>What others may use of the client library; it is closed with this connection.</summary>
    public IConnectionMultiplexer Multiplexer => _multiplexer;

    internal IDatabase Database => _multiplexer.GetDatabase();

    /// <summary>Connects, and fails if Redis does not answer now.</summary>
    /// <param name="configuration">Endpoints and settings in the form of StackExchange.Redis, as <c>host:6379,password=…,ssl=true</c>.</param>
    /// <param name="cancellationToken">Ends the wait; the attempt is given up.</param>
    /// <exception cref="ArgumentException">The configuration cannot be read or names no endpoint.</exception>
    /// <exception cref="IOException">Redis cannot be reached; names the endpoints.</exception>
    /// <exception cref="NotSupportedException">The server is older than Redis 7.0.</exception>
    public static Task<RedisConnection> ConnectAsync(string configuration, CancellationToken cancellationToken) =>
        ConnectAsync(configuration, null, cancellationToken);

    /// <inheritdoc cref="ConnectAsync(string, CancellationToken)"/>
    /// <param name="configuration">As there.</param>
    /// <param name="changed">Is told when the connection is lost and when it is there again.</param>
    /// <param name="cancellationToken">As there.</param>
    public static async Task<RedisConnection> ConnectAsync(string configuration, Action<string>? changed, CancellationToken cancellationToken)
    {
        var options = Parse(configuration);
        var endpoints = string.Join(',', options.EndPoints.Select(Format));
        ConnectionMultiplexer multiplexer;
        try
        {
            multiplexer = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (IsUnavailable(failure))
        {
            throw Unreachable(endpoints, failure.Message, failure);
        }
        var connection = new RedisConnection(multiplexer, endpoints);
        if (changed is not null)
        {
            multiplexer.ConnectionFailed += (_, e) => changed($"redis at {Format(e.EndPoint)}: the {e.ConnectionType} connection is lost ({e.FailureType}: {e.Exception?.Message})");
            multiplexer.ConnectionRestored += (_, e) => changed($"redis at {Format(e.EndPoint)}: the {e.ConnectionType} connection is there again");
        }
        try
        {
            var primaries = connection.Primaries();
            if (primaries.Count == 0)
                throw Unreachable(endpoints, "no connection was made within the connect timeout", null);
            if (primaries.FirstOrDefault(server => server.Version < OldestServer) is { } old)
                throw new NotSupportedException($"redis {Format(old.EndPoint)} is version {old.Version}; {OldestServer} or newer is needed");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the connection; whatever still uses it fails.</summary>
    public ValueTask DisposeAsync() => _multiplexer.DisposeAsync();

    /// <summary>The servers that take writes and are connected now.</summary>
    internal IReadOnlyList<IServer> Primaries() => [.. _multiplexer.GetServers().Where(server => server.IsConnected && !server.IsReplica)];

    /// <summary>Whether an exception of the client library says that Redis could not be asked, refused, or did not answer in time.</summary>
    internal static bool IsUnavailable(Exception failure) =>
        failure is RedisException or TimeoutException or RedisCommandException or ObjectDisposedException;

    /// <summary>Whether a key holds something else than what it should.</summary>
    internal static bool IsWrongType(Exception failure) =>
        failure is RedisServerException && failure.Message.Contains("WRONGTYPE", StringComparison.Ordinal);

    internal static string Format(EndPoint? endpoint) => endpoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        null => "(unknown)",
        _ => endpoint.ToString()!,
    };

    private static ConfigurationOptions Parse(string configuration)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(configuration);
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(configuration);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException)
        {
            // The text may hold a password: it is not repeated here.
            throw new ArgumentException($"the Redis configuration cannot be read: {failure.Message}", nameof(configuration), failure);
        }
        if (options.EndPoints.Count == 0)
            throw new ArgumentException("the Redis configuration names no endpoint (host:port)", nameof(configuration));
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new LinearRetry(ReconnectMilliseconds);
        options.ClientName ??= "manifold";
        return options;
    }

    private static IOException Unreachable(string endpoints, string reason, Exception? cause) =>
        new($"redis at {endpoints} cannot be reached: {reason}", cause);
}
