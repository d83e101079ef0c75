namespace Manifold.Shards;

/// <summary>
/// Runs searches off the grains' scheduler, a bounded number at once; others wait in the order they came, and leave when cancelled. Thread-safe.
/// </summary>
public sealed class SearchThreads : IDisposable
{
    private readonly SemaphoreSlim _free;

    /// <param name="degree">How many run at once; 0: one for each processor.</param>
    public SearchThreads(int degree)
    {
        var count = degree > 0 ? degree : Environment.ProcessorCount;
        _free = new SemaphoreSlim(count, count);
    }

    /// <summary>Runs <paramref name="search"/> on a pool thread once there is room.</summary>
    public async Task<T> RunAsync<T>(Func<T> search, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(search, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
