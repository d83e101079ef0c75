using Manifold.Storage;

namespace Manifold.Shards.Tests;

/// <summary>A segment store that fails puts as a full disk does, while told to.</summary>
internal sealed class FailingSegmentStore(ISegmentStore inner) : ISegmentStore
{
    public volatile bool Full;

    public int Failed;

    public Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        if (Full)
        {
            Interlocked.Increment(ref Failed);
            throw new IOException("No space left on device");
        }
        return inner.PutAsync(name, write, cancellationToken);
    }

    public Task<string> GetLocalPathAsync(string name, CancellationToken cancellationToken) => inner.GetLocalPathAsync(name, cancellationToken);

    public Task VerifyAsync(StoredObject stored, CancellationToken cancellationToken) => inner.VerifyAsync(stored, cancellationToken);

    public IAsyncEnumerable<(string Name, DateTimeOffset Written)> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => inner.DeleteAsync(name, cancellationToken);
}
