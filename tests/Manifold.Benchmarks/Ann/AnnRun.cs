using System.Diagnostics;

namespace Manifold.Benchmarks.Ann;

/// <summary>Measures searchers in turns, so that what else the machine does meets all of them alike.</summary>
internal static class AnnRun
{
    private const string Flat = "flat", Index = "partitions";

    // Exact search of a large set is slow: a share of the queries says as much.
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(4);

    public static IReadOnlyList<AnnFigures> Measure(AnnSet set, int k, IReadOnlyList<double> targets, int threads, int rounds, TextWriter log)
    {
        Searcher[] searchers = [new(Flat, 1), .. targets.Select(target => new Searcher(Index, target))];
        foreach (var searcher in searchers)
        {
            searcher.Warm(set, k);
            log.WriteLine($"{searcher.Name} {searcher.Target}: recall {searcher.Recall:0.0000}");
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var searcher in searchers)
                searcher.Round(set, k, threads);
        }

        var figures = new List<AnnFigures>();
        foreach (var searcher in searchers)
        {
            if (searcher.Recall < searcher.Target)
                log.WriteLine($"{searcher.Name} is left out at {searcher.Target}: its recall is {searcher.Recall:0.0000}");
            else
                figures.Add(searcher.Figures(set));
        }

        return figures;
    }

    private sealed class Searcher(string name, double target)
    {
        private readonly List<double> _rates = [];
        private readonly List<double> _cpuRates = [];
        private readonly List<double> _microseconds = [];
        private int _queries;

        public string Name => name;

        public double Target => target;

        public double Recall { get; private set; }

        /// <summary>Runs all queries once, for the recall, the caches and the just-in-time compiler.</summary>
        public void Warm(AnnSet set, int k)
        {
            var clock = Stopwatch.StartNew();
            double sum = 0;
            for (var i = 0; i < set.Queries.Length; i++)
                sum += set.RecallOf(i, set.Search(i, k, target), k);
            Recall = sum / set.Queries.Length;
            _queries = (int)Math.Clamp(set.Queries.Length * (LongestRound / clock.Elapsed), 20, set.Queries.Length);
        }

        public void Round(AnnSet set, int k, int threads)
        {
            var times = new double[threads][];
            var cpu = new double[threads];
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
            _rates.Add(threads * _queries / Stopwatch.GetElapsedTime(begin).TotalSeconds);
            _cpuRates.Add(threads * _queries / cpu.Sum());
            foreach (var thread in times)
                _microseconds.AddRange(thread);
        }

        public AnnFigures Figures(AnnSet set)
        {
            _microseconds.Sort();
            var isFlat = name == Flat;
            return new AnnFigures(
                name, target, Recall, Median.Of(_rates), Median.Of(_cpuRates), _microseconds[_microseconds.Count / 2], _microseconds[(int)(_microseconds.Count * 0.99)],
                isFlat ? 0 : set.BuildSeconds, isFlat ? 0 : set.IndexBytes, isFlat ? set.DiskBytes - set.IndexBytes : set.DiskBytes);
        }
    }
}
