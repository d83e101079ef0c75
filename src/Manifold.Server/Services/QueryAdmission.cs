using System.Diagnostics.Metrics;
using Manifold.Grains;

namespace Manifold.Server;

/// <summary>Lets so many queries be under way at once and refuses more: a queue would only grow. Thread-safe.</summary>
internal sealed class QueryAdmission : IDisposable
{
    /// <summary>The meter.</summary>
    public const string MeterName = "Manifold.Server";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly Meter _meter = new(MeterName);
    private readonly int _most;
    private int _underWay;
    private long _refused;

    /// <param name="most">Queries that may be under way.</param>
    public QueryAdmission(int most)
    {
        _most = most;
        _meter.CreateObservableUpDownCounter("manifold.queries.active", () => Volatile.Read(ref _underWay), "{query}", "Queries under way in this gateway.");
        _meter.CreateObservableUpDownCounter("manifold.queries.limit", () => _most, "{query}", "Queries that may be under way in this gateway.");
        _meter.CreateObservableCounter("manifold.queries.refused", () => Volatile.Read(ref _refused), "{query}", "Queries refused as too many were under way.");
    }

    /// <exception cref="ManifoldException">ResourceExhausted, with a hint when to come again.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> query)
    {
        try
        {
            if (Interlocked.Increment(ref _underWay) <= _most)
            {
                return await query();
            }
            Interlocked.Increment(ref _refused);
            throw new ManifoldException(
                ErrorKind.ResourceExhausted, $"{_most} queries are under way in this gateway (Manifold:Coordinator:MaxConcurrentQueries)", retryAfter: RetryAfter);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    public void Dispose() => _meter.Dispose();
}
