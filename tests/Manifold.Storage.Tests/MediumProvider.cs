namespace Manifold.Storage.Tests;

/// <summary>A provider together with what a test must remove after it.</summary>
internal sealed class MediumProvider(IShardLogProvider provider, IDisposable? medium = null) : IShardLogProvider
{
    public Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken) => provider.OpenAsync(shard, cancellationToken);

    public Task DeleteAsync(string shard, CancellationToken cancellationToken) => provider.DeleteAsync(shard, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        medium?.Dispose();
    }
}
