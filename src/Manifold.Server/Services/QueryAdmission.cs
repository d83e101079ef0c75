using Manifold.Grains;

namespace Manifold.Server;

/// <summary>Lets so many queries be under way at once and refuses more: a queue would only grow. Thread-safe.</summary>
internal sealed class QueryAdmission(int most)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private int _underWay;

    /// <exception cref="ManifoldException">ResourceExhausted, with a hint when to come again.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> query)
    {
        try
        {
            return Interlocked.Increment(ref _underWay) <= most
                ? await query()
                : throw new ManifoldException(
                    ErrorKind.ResourceExhausted, $"{most} queries are under way in this gateway (Manifold:Coordinator:MaxConcurrentQueries)", retryAfter: RetryAfter);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
