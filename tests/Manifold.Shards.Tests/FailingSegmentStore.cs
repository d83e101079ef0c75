using Manifold.Storage;

namespace Manifold.Shards.Tests;

/// <summary>A segment store that fails puts as a full disk does, all or some of them, while told to.</summary>
internal sealed class FailingSegmentStore(ISegmentStore inner) : ForwardingSegmentStore(inner)
{
    public volatile bool Full;

    public int Failed;

    /// <summary>Every so many puts one fails; 0 for none.</summary>
    public int FailsEvery;

    private int _puts;

    public override Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        if (Full || (FailsEvery > 0 && Interlocked.Increment(ref _puts) % FailsEvery == 0))
        {
            Interlocked.Increment(ref Failed);
            throw new IOException("No space left on device");
        }
        return base.PutAsync(name, write, cancellationToken);
    }
}
