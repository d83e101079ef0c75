namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>A peer at the setting that was chosen for a target.</summary>
internal sealed class PeerSearcher(PeerProcess peer, ComparedSet set, double target, string setting) : IAnnSearcher
{
    private readonly RoundTimes _times = new();
    private int _queries;

    public string Name => peer.Index.Searcher;

    public double Target => target;

    public double Recall { get; private set; }

    public void Warm()
    {
        var run = peer.Run(set.Set.Queries.Length, setting);
        Recall = set.RecallOf(run);
        _queries = RoundTimes.QueriesOfRound(set.Set.Queries.Length, run.Seconds);
    }

    public void Round()
    {
        var run = peer.Run(_queries, setting);
        _times.Add(_queries, run.Seconds, run.CpuSeconds, run.Microseconds);
    }

    public AnnFigures Figures() => new(
        Name, target, Recall, _times.Qps, _times.CpuQps, _times.Percentile(0.5), _times.Percentile(0.99), peer.BuildSeconds, peer.MemoryBytes, 0,
        setting == "-" ? peer.Index.Kind : $"{peer.Index.Kind} {setting}");
}
