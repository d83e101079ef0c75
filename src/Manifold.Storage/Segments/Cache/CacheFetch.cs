namespace Manifold.Storage;

/// <summary>A copy being checked or downloaded, and how many wait for it. Guarded by the cache's lock.</summary>
internal sealed class CacheFetch
{
    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationTokenSource Abandoned { get; } = new();

    public Task<CachedFile> Running { get; set; } = null!;

    public int Waiters { get; set; }

    /// <summary>Set when the copy is there; each waiter has a lease of it from then on.</summary>
    public CachedFile? Placed { get; set; }
}
