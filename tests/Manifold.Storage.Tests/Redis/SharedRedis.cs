using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(Manifold.Storage.Tests.SharedRedis))]

namespace Manifold.Storage.Tests;

/// <summary>One redis-server for all tests that do not kill it; each test takes a key prefix of its own.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private RedisServer? _server;
    private RedisConnection? _connection;
    private ConnectionMultiplexer? _byHand;

    /// <summary>The connection of the code under test.</summary>
    public RedisConnection Connection => _connection!;

    /// <summary>Another connection, to look and to damage.</summary>
    public IDatabase ByHand => _byHand!.GetDatabase();

    public IServer Server => _byHand!.GetServers()[0];

    public string Endpoint => _server!.Endpoint;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _connection = await _server.ConnectAsync();
        _byHand = await _server.ConnectByHandAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _byHand!.DisposeAsync();
        await _connection!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    /// <summary>Options under a prefix that no other test has.</summary>
    public static RedisLogOptions NewOptions() => new() { KeyPrefix = Guid.NewGuid().ToString("N") };
}
