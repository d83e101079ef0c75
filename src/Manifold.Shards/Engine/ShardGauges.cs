using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Manifold.Shards;

/// <summary>
/// Gauges over the engines of a host, read when somebody asks. Sums and maxima over the shards of a collection: with a series for each of 1,024 shards an operator would
/// have a million, and look at their maximum. A shard that closes is in none of them from then on. Thread-safe.
/// </summary>
internal sealed class ShardGauges : IDisposable
{
    private readonly Meter _meter = new(ShardMetrics.Name);
    private readonly ConcurrentDictionary<string, ShardEngine> _engines = new(StringComparer.Ordinal);

    public ShardGauges()
    {
        Sum("manifold.shards.open", "{shard}", "Shards that are open.", _ => true, _ => 1, reading => [Role(reading), new("state", reading.IsFailed ? "failed" : "serving")]);
        Sum("manifold.shards.position", "{record}", "Records that were ever applied: the positions of all shards, added up.", _ => true, reading => reading.Position, ByRole);
        Sum("manifold.shards.items", "{item}", "Items that searches see.", _ => true, reading => reading.Items, ByRole);
        Sum("manifold.shards.write.pending", "By", "Writes that wait for the log, or to be applied.", IsLeader, reading => reading.PendingBytes);
        Max("manifold.shards.write.pending.utilization", "1", "Of Manifold:Shards:MaxPendingBytes, in the shard where it is most.", IsLeader, reading => reading.PendingUtilization);
        Sum("manifold.shards.log.size", "By", "What the logs of leaders hold.", reading => reading.Log is not null, reading => reading.Log!.Value.Bytes);
        Max(
            "manifold.shards.log.utilization", "1", "Of the bound of a log, in the shard where it is most; 0 where logs have none.", reading => reading.Log is not null,
            reading => reading.Log is { Bound: > 0 and var bound, Bytes: var bytes } ? (double)bytes / bound : 0);
        Max("manifold.replicas.lag", "{record}", "Records that a replica knows of and has not applied, in the one that has most.", reading => !reading.IsLeading, reading => reading.Lag);
        Max(
            "manifold.replicas.staleness", "s", "Time since a replica last had applied all that its log had then, in the one where it is longest.", reading => !reading.IsLeading,
            reading => reading.Staleness);
        Sum("manifold.segments.count", "{segment}", "Sealed segments.", _ => true, reading => reading.Segments, ByRole);
        Sum("manifold.segments.unindexed", "{segment}", "Sealed segments that are searched without an index.", _ => true, reading => reading.Unindexed, ByRole);
        Sum("manifold.segments.size", "By", "Sealed segments with their indexes and deletions.", _ => true, reading => reading.SegmentBytes, ByRole);
        Sum("manifold.segments.growing.rows", "{row}", "Rows in growing segments, deleted ones included.", _ => true, reading => reading.GrowingRows, ByRole);
    }

    /// <summary>Shows an engine, in the place of the one that the shard had.</summary>
    public void Show(string shard, ShardEngine engine) => _engines[shard] = engine;

    public void Remove(string shard) => _engines.TryRemove(shard, out _);

    public void Dispose()
    {
        _meter.Dispose();
        _engines.Clear();
    }

    private static bool IsLeader(ShardReading reading) => reading.IsLeading;

    private static KeyValuePair<string, object?> Role(ShardReading reading) => new("role", reading.IsLeading ? "leader" : "follower");

    private static KeyValuePair<string, object?>[] ByRole(ShardReading reading) => [Role(reading)];

    private void Sum(
        string name, string unit, string description, Func<ShardReading, bool> counts, Func<ShardReading, long> value, Func<ShardReading, KeyValuePair<string, object?>[]>? tags = null) =>
        _meter.CreateObservableUpDownCounter(name, () => Read(counts, value, tags ?? (_ => []), values => values.Sum()), unit, description);

    private void Max(string name, string unit, string description, Func<ShardReading, bool> counts, Func<ShardReading, double> value) =>
        _meter.CreateObservableGauge(name, () => Read(counts, value, _ => [], values => values.Max()), unit, description);

    private IEnumerable<Measurement<T>> Read<T>(
        Func<ShardReading, bool> counts, Func<ShardReading, T> value, Func<ShardReading, KeyValuePair<string, object?>[]> tags, Func<IEnumerable<T>, T> add)
        where T : struct =>
        _engines.Values.Select(engine => engine.TryRead()).OfType<ShardReading>().Where(counts)
            .GroupBy(reading => (reading.Collection, string.Join('|', tags(reading).Select(tag => tag.Value))))
            .Select(group => new Measurement<T>(add(group.Select(value)), [new("collection", group.Key.Collection), .. tags(group.First())]));
}
