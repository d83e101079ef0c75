namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>Tries the settings of a peer against the truth: tuning that a user without the truth could not do as well.</summary>
internal sealed class PeerSweep(PeerProcess peer, ComparedSet set, IReadOnlyList<double> targets)
{
    // Steps of the first pass, and how near to each other the settings on both sides of a target have to be in the end.
    private const double Step = 1.3, Near = 1.04;

    // Beyond a doubling of effort without this gain, more effort is in vain.
    private const double LeastGain = 0.001;

    // A setting that is this many times slower than one that reaches the target is not worth a closer look, however noisy the measurement.
    private const double Hopeless = 1.5;

    private readonly Dictionary<string, SweepPoint> _points = [];

    // [other][effort]: recall.
    private readonly Dictionary<string, SortedList<int, double>> _ladders = [];

    /// <summary>The peer.</summary>
    public PeerProcess Peer => peer;

    /// <summary>All settings that were tried.</summary>
    public IReadOnlyCollection<SweepPoint> Points => _points.Values;

    /// <summary>Tries settings.</summary>
    public void Run()
    {
        foreach (var other in peer.Index.Efforts.Others)
        {
            Climb(other);
            foreach (var target in targets)
                Narrow(other, target);
        }
    }

    /// <summary>The settings of least effort that reach a target, one for each value of the other number: among them is the fastest.</summary>
    public IReadOnlyList<SweepPoint> Least(double target) =>
    [
        .. from ladder in _ladders
           from step in ladder.Value.Where(step => step.Value >= target).Take(1)
           select _points[peer.Index.Efforts.Setting(step.Key, ladder.Key)],
    ];

    /// <summary>Runs all queries with a setting. Of several measurements of one setting the fastest counts: what slows one down is the machine.</summary>
    public SweepPoint Try(string setting)
    {
        var queries = set.Set.Queries.Length;
        var run = peer.Run(queries, setting);
        var point = new SweepPoint(setting, set.RecallOf(run), queries / run.CpuSeconds);
        return _points[setting] = _points.TryGetValue(setting, out var before) && before.CpuQps > point.CpuQps ? before : point;
    }

    private void Climb(string other)
    {
        var grid = peer.Index.Efforts;
        var tried = _ladders[other] = [];
        var most = targets.Max();
        for (var value = grid.Least; value <= grid.Most; value = Math.Max(value + 1, (int)(value * Step)))
        {
            var point = Try(grid.Setting(value, other));
            tried[value] = point.Recall;
            var half = tried.LastOrDefault(pair => pair.Key * 2 <= value);
            if (point.Recall >= most || IsHopeless(point, most) || (half.Key > 0 && point.Recall > 0.5 && point.Recall - half.Value < LeastGain))
                break;
        }
    }

    private void Narrow(string other, double target)
    {
        var tried = _ladders[other];
        while (tried.FirstOrDefault(pair => pair.Value >= target) is { Key: > 0 } above && tried.LastOrDefault(pair => pair.Key < above.Key) is { Key: > 0 } below
            && above.Key - below.Key > 1 && above.Key > below.Key * Near && !IsHopeless(_points[peer.Index.Efforts.Setting(below.Key, other)], target))
        {
            var middle = (above.Key + below.Key) / 2;
            tried[middle] = Try(peer.Index.Efforts.Setting(middle, other)).Recall;
        }
    }

    private bool IsHopeless(SweepPoint point, double target) => _points.Values.Any(faster => faster.Recall >= target && faster.CpuQps > Hopeless * point.CpuQps);
}
