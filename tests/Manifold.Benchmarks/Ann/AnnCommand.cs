using System.CommandLine;
using System.Globalization;
using Manifold.Benchmarks.Ann.Compare;
using Manifold.Index;

namespace Manifold.Benchmarks.Ann;

/// <summary><c>ann</c>: recall and queries a second of the index, at the recall that is asked for, beside exact search and, with <c>--compare</c>, beside other libraries.</summary>
public static class AnnCommand
{
    // Ours in a plot; the others' sweeps go on to the last, too.
    private static readonly double[] PlotTargets = [0.8, 0.9, 0.95, 0.98, 0.99, 0.995];

    private const int PlotRounds = 3;

    /// <summary>The subcommand.</summary>
    public static Command Create()
    {
        var basePath = new Option<string>("--base") { Description = "Rows to search, .fvecs.", Required = true };
        var queries = new Option<string>("--queries") { Description = "Queries, .fvecs.", Required = true };
        var truth = new Option<string?>("--truth") { Description = "Nearest rows of each query, .ivecs; found by exact search where it is left out." };
        var metric = new Option<string>("--metric") { Description = "ip, cosine or l2.", DefaultValueFactory = _ => "ip" };
        metric.AcceptOnlyFromAmong("ip", "cosine", "l2");
        var precision = new Option<VectorPrecision>("--precision") { Description = "What scans read: float32, float16 or int8." };
        var allowed = new Option<double>("--allowed") { Description = "Search under a filter that allows this share of the rows, drawn at random. Not with --truth and --compare.", DefaultValueFactory = _ => 1 };
        var k = new Option<int>("--k") { Description = "Hits of a query.", DefaultValueFactory = _ => 10 };
        var recall = new Option<string>("--recall") { Description = "Targets, with commas.", DefaultValueFactory = _ => "0.95,0.99" };
        var threads = new Option<int>("--threads") { Description = "Threads that search at once.", DefaultValueFactory = _ => 1 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; in each, all searchers take turns.", DefaultValueFactory = _ => 5 };
        var compare = new Option<string?>("--compare")
        {
            Description = $"Other libraries that take turns with ours, with commas: {string.Join(", ", PeerCatalog.Names)}; {PeerCatalog.Default} where none is named. compare/README.md tells how to install them.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var plot = new Option<FileInfo?>("--plot") { Description = "Where to draw recall against queries a second, PNG." };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the figures as JSON." };
        var command = new Command("ann", "Recall and queries a second of the index.") { basePath, queries, truth, metric, precision, allowed, k, recall, threads, rounds, compare, plot, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(compare) is not null && result.GetResult(threads) is { Implicit: false } && result.GetValue(threads) != 1)
                result.AddError("--compare: the other libraries search on one thread, so --threads has to be 1.");
            if (result.GetValue(allowed) < 1 && (result.GetResult(compare) is not null || result.GetResult(truth) is not null))
                result.AddError("--allowed: the true nearest rows of a filter are found by exact search, and other libraries get no filter.");
            foreach (var name in (result.GetValue(compare) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Except(PeerCatalog.Names))
                result.AddError($"--compare: there is no library '{name}'; there are {string.Join(", ", PeerCatalog.Names)}.");
        });
        command.SetAction(arguments => Run(new AnnOptions
        {
            Base = arguments.GetRequiredValue(basePath),
            Queries = arguments.GetRequiredValue(queries),
            Truth = arguments.GetValue(truth),
            Metric = arguments.GetRequiredValue(metric),
            Precision = arguments.GetValue(precision),
            Allowed = arguments.GetValue(allowed),
            K = arguments.GetValue(k),
            Targets = [.. arguments.GetRequiredValue(recall).Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))],
            Threads = arguments.GetValue(threads),
            Rounds = arguments.GetValue(rounds),
            Compared = arguments.GetResult(compare) is null ? [] : (arguments.GetValue(compare) ?? PeerCatalog.Default).Split(',', StringSplitOptions.RemoveEmptyEntries),
            Plot = arguments.GetValue(plot),
            Json = arguments.GetValue(json),
        }));
        return command;
    }

    private static void Run(AnnOptions options)
    {
        var log = Console.Error;
        var metric = options.Metric switch { "cosine" => Metric.Cosine, "l2" => Metric.L2, _ => Metric.InnerProduct };
        using var set = AnnSet.Load(options.Base, options.Queries, options.Truth, metric, options.K, log, options.Precision, options.Allowed);
        var sweepTo = options.Plot is null ? options.Targets.Max() : Math.Max(PlotTargets[^1], options.Targets.Max());
        using var others = Comparison.Prepare(
            new PeerCatalog(PeerCatalog.DefaultFolder), options.Compared, new ComparedSet(set, options.Base, options.Queries, options.Metric, options.K), options.Targets, sweepTo, log);
        var own = options.Targets.Prepend(1).Distinct().Select(target => new OwnSearcher(set, options.K, target, options.Threads));
        var figures = AnnRun.Measure([.. own, .. others.Searchers], options.Rounds, log);

        var title = $"{set.Rows:N0} × {set.Dimension}, {options.Metric}, k = {options.K}, {set.Queries.Length:N0} queries, {(options.Threads == 1 ? "one thread" : $"{options.Threads} threads")}{(options.Allowed < 1 ? $", {options.Allowed:P1} allowed" : "")}";
        Console.WriteLine(title);
        AnnReport.WriteTable(Console.Out, set, figures);
        if (options.Json is { } json)
            AnnReport.Write(json, set, figures, others.Versions);
        if (options.Plot is { } plot)
            AnnPlot.Write(plot, title, OwnSweep(set, options), others.Sweeps);
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<SweepPoint>> OwnSweep(AnnSet set, AnnOptions options)
    {
        var points = PlotTargets.Append(1).Select(target =>
        {
            var searcher = new OwnSearcher(set, options.K, target);
            searcher.Warm();
            for (var round = 0; round < PlotRounds; round++)
                searcher.Round();
            return (searcher.Name, Point: new SweepPoint($"{target}", searcher.Recall, searcher.Figures().CpuQps));
        });
        return points.GroupBy(one => one.Name).ToDictionary(group => $"Manifold {group.Key}", IReadOnlyList<SweepPoint> (group) => [.. group.Select(one => one.Point)]);
    }
}
