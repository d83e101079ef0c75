using System.Security.Cryptography;
using System.Text;

namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>The peers of a run, tuned for its targets.</summary>
internal sealed class Comparison : IDisposable
{
    // Where a searcher has several settings or indexes that reach a target, the fastest of the sweep are measured again in turns.
    private const int Finalists = 8, FinalRounds = 3;

    private readonly List<PeerProcess> _peers = [];
    private readonly Dictionary<string, IReadOnlyList<SweepPoint>> _sweeps = [];
    private readonly List<IAnnSearcher> _searchers = [];

    private Comparison()
    {
    }

    /// <summary>One for each target that a library reaches.</summary>
    public IReadOnlyList<IAnnSearcher> Searchers => _searchers;

    /// <summary>All settings that were tried, by the searcher's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SweepPoint>> Sweeps => _sweeps;

    /// <summary>Libraries and versions.</summary>
    public IReadOnlyList<string> Versions => [.. _peers.Select(peer => peer.Version).Distinct()];

    /// <summary>Builds the indexes of the named libraries one after another and tunes them. A library that is not there or fails is left out, with a line in the log.</summary>
    /// <param name="catalog">Where they are.</param>
    /// <param name="names">Of <see cref="PeerCatalog.Names"/>.</param>
    /// <param name="set">The set.</param>
    /// <param name="targets">Recall.</param>
    /// <param name="sweepTo">The recall that sweeps go on to, for a plot.</param>
    /// <param name="log">Progress.</param>
    public static Comparison Prepare(PeerCatalog catalog, IReadOnlyList<string> names, ComparedSet set, IReadOnlyList<double> targets, double sweepTo, TextWriter log)
    {
        var comparison = new Comparison();
        try
        {
            foreach (var searcher in catalog.Find(names, set.Set.Rows, set.Set.Dimension, log).GroupBy(index => index.Searcher))
                comparison.Add(searcher.Key, [.. searcher], set, targets, sweepTo, Directory.CreateDirectory(catalog.Built).FullName, log);
            return comparison;
        }
        catch
        {
            comparison.Dispose();
            throw;
        }
    }

    public void Dispose() => _peers.ForEach(peer => peer.Dispose());

    private void Add(string searcher, IReadOnlyList<PeerIndex> indexes, ComparedSet set, IReadOnlyList<double> targets, double sweepTo, string built, TextWriter log)
    {
        List<PeerSweep> tuned = [];
        foreach (var index in indexes)
        {
            try
            {
                var peer = PeerProcess.Start(index, set, Path.Combine(built, Key(index, set)));
                _peers.Add(peer);
                double[] wanted = index.Efforts == EffortGrid.None ? [1] : [.. targets.Append(sweepTo).Distinct()];
                var sweep = new PeerSweep(peer, set, wanted);
                sweep.Run();
                tuned.Add(sweep);
                log.WriteLine($"{searcher}: {index.Kind}, {peer.Version}, built in {peer.BuildSeconds:0.0} CPU-s, {sweep.Points.Count} settings tried");
            }
            catch (InvalidDataException problem)
            {
                log.WriteLine($"{searcher}: {index.Kind} is left out: {problem.Message}");
            }
        }

        HashSet<PeerProcess> chosen = [];
        foreach (var target in indexes[0].Efforts == EffortGrid.None ? [1] : targets)
        {
            // Exact search has one setting, whatever it reaches.
            if (Fastest(tuned, target < 1 ? target : 0) is not var (peer, point))
            {
                log.WriteLine($"{searcher} is left out at {target}: no setting that was tried reaches it");
                continue;
            }

            chosen.Add(peer);
            _searchers.Add(new PeerSearcher(peer, set, target, point.Setting));
        }

        _sweeps[searcher] = [.. tuned.SelectMany(sweep => sweep.Points)];
        foreach (var sweep in tuned.Where(sweep => !chosen.Contains(sweep.Peer)))
        {
            sweep.Peer.Dispose();
            _peers.Remove(sweep.Peer);
        }
    }

    private static (PeerProcess Peer, SweepPoint Point)? Fastest(IReadOnlyList<PeerSweep> sweeps, double target)
    {
        var finalists = sweeps.SelectMany(sweep => sweep.Least(target).Select(point => (Sweep: sweep, Point: point))).OrderByDescending(one => one.Point.CpuQps).Take(Finalists).ToArray();
        for (var round = 0; round < FinalRounds && finalists.Length > 1; round++)
            finalists = [.. finalists.Select(one => (one.Sweep, one.Sweep.Try(one.Point.Setting)))];
        return finalists.Length == 0 ? null : finalists.Select(one => (one.Sweep.Peer, one.Point)).MaxBy(one => one.Point.CpuQps);
    }

    // A kept index is that of the same file and the same program.
    private static string Key(PeerIndex index, ComparedSet set)
    {
        var rows = new FileInfo(set.BasePath);
        var program = File.GetLastWriteTimeUtc(index.Command.Last(Path.IsPathRooted)).Ticks;
        var text = string.Join('\n', rows.FullName, rows.Length, rows.LastWriteTimeUtc.Ticks, set.Metric, index.Command[0], program, index.Kind);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
