using System.Diagnostics.Metrics;

namespace Manifold.Grains;

/// <summary>
/// What a gateway's calls to replicas took beyond one call each. Observed, so that they are there from the first look on: what happens rarely would else be first seen when it
/// has happened. Without the collection: hedges and retries tell of silos. Thread-safe.
/// </summary>
internal sealed class ReplicaCallCounters : IDisposable
{
    private readonly Meter _meter = new(GrainMetrics.Name);
    private long _hedges, _hedgesWon, _failovers, _readRetries, _writeRetries;

    public ReplicaCallCounters()
    {
        _meter.CreateObservableCounter("manifold.replicas.hedges", () => Volatile.Read(ref _hedges), "{call}", "Reads that were sent to another replica since one was slow.");
        _meter.CreateObservableCounter("manifold.replicas.hedges.won", () => Volatile.Read(ref _hedgesWon), "{call}", "Those of them that answered first.");
        _meter.CreateObservableCounter("manifold.replicas.failovers", () => Volatile.Read(ref _failovers), "{call}", "Reads that were sent to another replica since one failed.");
        _meter.CreateObservableCounter(
            "manifold.replicas.retries",
            () => new Measurement<long>[]
            {
                new(Volatile.Read(ref _readRetries), new KeyValuePair<string, object?>("operation", "read")),
                new(Volatile.Read(ref _writeRetries), new KeyValuePair<string, object?>("operation", "write")),
            },
            "{call}", "Rounds of asking again after no replica, or not the leader, could take a call.");
    }

    public void Hedged() => Interlocked.Increment(ref _hedges);

    public void HedgeWon() => Interlocked.Increment(ref _hedgesWon);

    public void FailedOver() => Interlocked.Increment(ref _failovers);

    public void ReadRetried() => Interlocked.Increment(ref _readRetries);

    public void WriteRetried() => Interlocked.Increment(ref _writeRetries);

    public void Dispose() => _meter.Dispose();
}
