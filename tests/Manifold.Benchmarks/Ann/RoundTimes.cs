namespace Manifold.Benchmarks.Ann;

/// <summary>The times of a searcher's rounds.</summary>
internal sealed class RoundTimes
{
    /// <summary>Queries that run before the clock starts, for caches that another searcher filled meanwhile; the peers of the comparison do the same.</summary>
    public const int WarmQueries = 50;

    private const int FewestQueries = 20;

    // Exact search of a large set is slow: a share of the queries says as much. A fast search runs all of them several times, so that
    // what the machine does for a few milliseconds is no large part of a round.
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(4), ShortestRound = TimeSpan.FromSeconds(0.5);

    private readonly List<double> _rates = [];
    private readonly List<double> _cpuRates = [];
    private readonly List<double> _microseconds = [];

    /// <summary>Median queries a second.</summary>
    public double Qps => Median.Of(_rates);

    /// <summary>Median queries a second of processor time.</summary>
    public double CpuQps => Median.Of(_cpuRates);

    /// <summary>Queries of a round, if all <paramref name="queries"/> took <paramref name="seconds"/>: a share of them, or all of them once or several times.</summary>
    public static int QueriesOfRound(int queries, double seconds) => seconds < ShortestRound.TotalSeconds
        ? queries * (int)Math.Ceiling(ShortestRound.TotalSeconds / seconds)
        : (int)Math.Clamp(queries * (LongestRound.TotalSeconds / seconds), Math.Min(FewestQueries, queries), queries);

    /// <summary>Adds a round.</summary>
    public void Add(int queries, double seconds, double cpuSeconds, IEnumerable<double> microseconds)
    {
        _rates.Add(queries / seconds);
        _cpuRates.Add(queries / cpuSeconds);
        _microseconds.AddRange(microseconds);
    }

    /// <summary>The microseconds that this share of the queries took at most.</summary>
    public double Percentile(double share)
    {
        _microseconds.Sort();
        return _microseconds[(int)((_microseconds.Count - 1) * share)];
    }
}
