using Manifold.Storage;

namespace Manifold.Shards.Tests;

/// <summary>A segment store that hands all calls on, for those that fail or wait at one of them.</summary>
internal abstract class ForwardingSegmentStore(ISegmentStore inner) : ISegmentStore
{
    public virtual Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        inner.PutAsync(name, write, cancellationToken);

    public Task<string> GetLocalPathAsync(string name, CancellationToken cancellationToken) => inner.GetLocalPathAsync(name, cancellationToken);

    public Task VerifyAsync(StoredObject stored, CancellationToken cancellationToken) => inner.VerifyAsync(stored, cancellationToken);

    public IAsyncEnumerable<(string Name, DateTimeOffset Written)> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => inner.DeleteAsync(name, cancellationToken);
}
