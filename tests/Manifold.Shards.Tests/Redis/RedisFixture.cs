using Manifold.Storage;
using Manifold.Storage.Tests;

namespace Manifold.Shards.Tests;

/// <summary>A redis-server of the class's own.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    internal RedisServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned.AsEnumerable().Reverse())
        {
            await owned.DisposeAsync();
        }
        await Server.DisposeAsync();
    }

    /// <summary>Logs under a prefix, over a connection of their own as another process would have.</summary>
    internal async Task<IShardLogProvider> OpenLogsAsync(string prefix)
    {
        var connection = await Server.ConnectAsync();
        var logs = new RedisShardLogProvider(connection, new RedisLogOptions { KeyPrefix = prefix });
        _owned.Add(connection);
        _owned.Add(logs);
        return logs;
    }
}
