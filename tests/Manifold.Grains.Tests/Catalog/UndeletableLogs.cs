using Manifold.Storage;

namespace Manifold.Grains.Tests;

/// <summary>Logs that cannot be deleted, as if the process died before it came to that.</summary>
internal sealed class UndeletableLogs(IShardLogProvider inner) : IShardLogProvider
{
    public Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken) => inner.OpenAsync(shard, cancellationToken);

    public Task DeleteAsync(string shard, CancellationToken cancellationToken) => throw new IOException("the log cannot be deleted");

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
