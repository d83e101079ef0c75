namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>Tries the settings of a peer against the truth, and finds for each target the fastest that reaches it: tuning that a user without the truth could not do as well.</summary>
internal sealed class PeerSweep(PeerProcess peer, ComparedSet set, IReadOnlyList<double> targets)
{
    // Steps of the first pass, and how near to each other the settings on both sides of a target have to be in the end.
    private const double Step = 1.3, Near = 1.04;

    // Beyond so many doublings of effort without this gain, more effort is in vain.
    private const double LeastGain = 0.001;

    // A setting that is this many times slower than one that reaches the target is not worth a closer look, however noisy the measurement.
    private const double Hopeless = 1.5;

    // A pass is one measurement on a shared machine: the fastest few are measured again, and the best of each counts.
    private const int Finalists = 4, Repeats = 3;

    private readonly Dictionary<string, SweepPoint> _points = [];

    /// <summary>All settings that were tried.</summary>
    public IReadOnlyCollection<SweepPoint> Points => _points.Values;

    /// <summary>Tries settings.</summary>
    public void Run()
    {
        foreach (var other in peer.Index.Efforts.Others)
        {
            var tried = Ladder(other);
            foreach (var target in targets)
                Narrow(tried, other, target);
        }
    }

    /// <summary>The fastest setting that reaches a target; null where none does.</summary>
    public SweepPoint? Fastest(double target)
    {
        var finalists = _points.Values.Where(point => point.Recall >= target).OrderByDescending(point => point.CpuQps).Take(Finalists).ToArray();
        foreach (var point in finalists)
        {
            for (var i = 0; i < Repeats && finalists.Length > 1; i++)
                Try(point.Setting);
        }

        return finalists.Select(point => _points[point.Setting]).MaxBy(point => point.CpuQps);
    }

    private SortedList<int, double> Ladder(string other)
    {
        var grid = peer.Index.Efforts;
        var tried = new SortedList<int, double>();
        var most = targets.Max();
        for (var value = grid.Least; value <= grid.Most; value = Math.Max(value + 1, (int)(value * Step)))
        {
            var point = Try(grid.Setting(value, other));
            tried[value] = point.Recall;
            var half = tried.LastOrDefault(pair => pair.Key * 2 <= value);
            if (tried[value] >= most || IsHopeless(point, most) || (half.Key > 0 && tried[value] > 0.5 && tried[value] - half.Value < LeastGain))
                break;
        }

        return tried;
    }

    private void Narrow(SortedList<int, double> tried, string other, double target)
    {
        while (tried.FirstOrDefault(pair => pair.Value >= target) is { Key: > 0 } above && tried.LastOrDefault(pair => pair.Key < above.Key) is { Key: > 0 } below
            && above.Key - below.Key > 1 && above.Key > below.Key * Near && !IsHopeless(_points[peer.Index.Efforts.Setting(below.Key, other)], target))
        {
            var middle = (above.Key + below.Key) / 2;
            tried[middle] = Try(peer.Index.Efforts.Setting(middle, other)).Recall;
        }
    }

    private bool IsHopeless(SweepPoint point, double target) => _points.Values.Any(faster => faster.Recall >= target && faster.CpuQps > Hopeless * point.CpuQps);

    private SweepPoint Try(string setting)
    {
        var queries = set.Set.Queries.Length;
        var run = peer.Run(queries, setting);
        var point = new SweepPoint(setting, set.RecallOf(run), queries / run.CpuSeconds);
        return _points[setting] = _points.TryGetValue(setting, out var before) && before.CpuQps > point.CpuQps ? before : point;
    }
}
