using System.Diagnostics;
using Manifold.Index;

namespace Manifold.Benchmarks.Ann;

/// <summary>Manifold's own search: exact for a target of 1, otherwise over the index.</summary>
internal sealed class OwnSearcher(AnnSet set, int k, double target, int threads = 1) : IAnnSearcher
{
    /// <summary>Exact search of all rows.</summary>
    public const string Flat = "flat";

    /// <summary>The index.</summary>
    public const string Index = "partitions";

    private readonly RoundTimes _times = new();
    private int _queries;

    public string Name => target < 1 ? Index : set.Precision == VectorPrecision.Float32 ? Flat : $"{Flat}-{set.Precision.ToString().ToLowerInvariant()}";

    public double Target => target;

    public double Recall { get; private set; }

    public void Warm()
    {
        var clock = Stopwatch.StartNew();
        double sum = 0;
        for (var i = 0; i < set.Queries.Length; i++)
            sum += set.RecallOf(i, set.Search(i, k, target), k);
        Recall = sum / set.Queries.Length;
        _queries = RoundTimes.QueriesOfRound(set.Queries.Length, clock.Elapsed.TotalSeconds);
    }

    public void Round()
    {
        var times = new double[threads][];
        var cpu = new double[threads];
        for (var i = 0; i < Math.Min(RoundTimes.WarmQueries, Math.Min(_queries, set.Queries.Length)); i++)
            _ = set.Search(i, k, target);
        var begin = Stopwatch.GetTimestamp();
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(t => new Thread(() =>
        {
            times[t] = new double[_queries];
            var cpuBegin = ThreadTime.Seconds;
            for (var i = 0; i < _queries; i++)
            {
                var started = Stopwatch.GetTimestamp();
                _ = set.Search((i + (t * _queries / threads)) % set.Queries.Length, k, target);
                times[t][i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            }

            cpu[t] = ThreadTime.Seconds - cpuBegin;
        }))];
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
        _times.Add(threads * _queries, Stopwatch.GetElapsedTime(begin).TotalSeconds, cpu.Sum(), times.SelectMany(thread => thread));
    }

    public AnnFigures Figures()
    {
        var flat = target >= 1;
        return new AnnFigures(
            Name, target, Recall, _times.Qps, _times.CpuQps, _times.Percentile(0.5), _times.Percentile(0.99),
            flat ? 0 : set.BuildSeconds, flat ? 0 : set.IndexBytes, flat ? set.DiskBytes - set.IndexBytes : set.DiskBytes);
    }
}
