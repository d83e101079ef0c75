using System.CommandLine;
using Manifold.Index;

namespace Manifold.Benchmarks.Ann;

/// <summary><c>ann</c>: recall and queries a second of the index, at the recall that is asked for, beside exact search.</summary>
public static class AnnCommand
{
    /// <summary>The subcommand.</summary>
    public static Command Create()
    {
        var basePath = new Option<string>("--base") { Description = "Rows to search, .fvecs.", Required = true };
        var queries = new Option<string>("--queries") { Description = "Queries, .fvecs.", Required = true };
        var truth = new Option<string?>("--truth") { Description = "Nearest rows of each query, .ivecs; found by exact search where it is left out." };
        var metric = new Option<string>("--metric") { Description = "ip, cosine or l2.", DefaultValueFactory = _ => "ip" };
        metric.AcceptOnlyFromAmong("ip", "cosine", "l2");
        var k = new Option<int>("--k") { Description = "Hits of a query.", DefaultValueFactory = _ => 10 };
        var recall = new Option<string>("--recall") { Description = "Targets, with commas.", DefaultValueFactory = _ => "0.95,0.99" };
        var threads = new Option<int>("--threads") { Description = "Threads that search at once.", DefaultValueFactory = _ => 1 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; in each, all searchers take turns.", DefaultValueFactory = _ => 5 };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the figures as JSON." };
        var command = new Command("ann", "Recall and queries a second of the index.") { basePath, queries, truth, metric, k, recall, threads, rounds, json };
        command.SetAction(arguments =>
        {
            double[] targets = [.. arguments.GetRequiredValue(recall).Split(',').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
            var chosen = arguments.GetValue(metric) switch { "cosine" => Metric.Cosine, "l2" => Metric.L2, _ => Metric.InnerProduct };
            using var set = AnnSet.Load(arguments.GetRequiredValue(basePath), arguments.GetRequiredValue(queries), arguments.GetValue(truth), chosen, arguments.GetValue(k), Console.Error);
            var figures = AnnRun.Measure(set, arguments.GetValue(k), targets, arguments.GetValue(threads), arguments.GetValue(rounds), Console.Error);
            Console.WriteLine($"{set.Rows:N0} × {set.Dimension}, {arguments.GetValue(metric)}, k = {arguments.GetValue(k)}, {set.Queries.Length:N0} queries, {arguments.GetValue(threads)} thread(s)");
            Console.WriteLine("| searcher | target | recall | queries/s | per CPU-second | p50 µs | p99 µs | built, CPU-s | memory beside vectors |");
            Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
            foreach (var f in figures)
                Console.WriteLine($"| {f.Searcher} | {f.Target} | {f.Recall:0.0000} | {f.Qps:N0} | {f.CpuQps:N0} | {f.P50Us:N0} | {f.P99Us:N0} | {f.BuildS:0.0} | {100.0 * f.MemoryBytes / (4.0 * set.Rows * set.Dimension):0.0} % |");
            if (arguments.GetValue(json) is { } file)
                AnnReport.Write(file, set, figures);
        });
        return command;
    }
}
