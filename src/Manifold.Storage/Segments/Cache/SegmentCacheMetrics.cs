using System.Diagnostics.Metrics;

namespace Manifold.Storage;

/// <summary>What a cache tells of itself, for as long as it is open.</summary>
internal sealed class SegmentCacheMetrics : IDisposable
{
    private readonly Meter _meter = new(StorageMetrics.Name);
    private long _hits, _misses, _evictions;

    /// <param name="bytes">Bytes of the copies that are there.</param>
    /// <param name="limit">Bytes that it may hold.</param>
    public SegmentCacheMetrics(Func<long> bytes, long limit)
    {
        _meter.CreateObservableUpDownCounter("manifold.segments.cache.size", bytes, "By", "Local copies of segments.");
        _meter.CreateObservableUpDownCounter("manifold.segments.cache.limit", () => limit, "By", "What local copies of segments may take together; those in use stay beyond it.");
        _meter.CreateObservableCounter("manifold.segments.cache.hits", () => Volatile.Read(ref _hits), "{request}", "Requests for a segment that had a local copy.");
        _meter.CreateObservableCounter("manifold.segments.cache.misses", () => Volatile.Read(ref _misses), "{request}", "Requests for a segment that had to be fetched.");
        _meter.CreateObservableCounter("manifold.segments.cache.evictions", () => Volatile.Read(ref _evictions), "{copy}", "Local copies that were removed to make room.");
    }

    public void Hit() => Interlocked.Increment(ref _hits);

    public void Miss() => Interlocked.Increment(ref _misses);

    public void Evicted() => Interlocked.Increment(ref _evictions);

    public void Dispose() => _meter.Dispose();
}
