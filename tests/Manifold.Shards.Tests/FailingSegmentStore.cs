using Manifold.Storage;

namespace Manifold.Shards.Tests;

/// <summary>A segment store that fails puts as a full disk does, while told to.</summary>
internal sealed class FailingSegmentStore(ISegmentStore inner) : ForwardingSegmentStore(inner)
{
    public volatile bool Full;

    public int Failed;

    public override Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        if (Full)
        {
            Interlocked.Increment(ref Failed);
            throw new IOException("No space left on device");
        }
        return base.PutAsync(name, write, cancellationToken);
    }
}
