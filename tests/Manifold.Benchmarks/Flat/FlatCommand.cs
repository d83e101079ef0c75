using System.CommandLine;
using System.Globalization;
using Manifold.Index;

namespace Manifold.Benchmarks;

/// <summary><c>flat</c>: single-query exact search by one thread, beside the machine's streaming-read bandwidth over the same memory.</summary>
internal static class FlatCommand
{
    // What 1,000,000 × 128 float32 take; well beyond any cache.
    private const long DefaultElements = 128_000_000;

    public static Command Create()
    {
        Option<int[]> dimensions = new("--dimension")
        {
            Description = "Dimensions to measure, one after another",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [128],
        };
        Option<int?> rows = new("--rows") { Description = "Rows; by default as many as take 512 MB" };
        Option<int> k = new("--k") { Description = "Results per query", DefaultValueFactory = _ => 10 };
        Option<Metric> metric = new("--metric") { Description = "Metric", DefaultValueFactory = _ => Metric.InnerProduct };
        Option<double> allowed = new("--allowed") { Description = "Share of the rows, at random, that a filter lets through", DefaultValueFactory = _ => 1 };
        Option<double> seconds = new("--seconds") { Description = "Measuring time per dimension", DefaultValueFactory = _ => 5 };
        Option<int> seed = new("--seed") { Description = "Seed of the random vectors", DefaultValueFactory = _ => 1 };
        Option<FileInfo?> json = new("--json") { Description = "Also write the figures to this file" };
        RequirePositive(dimensions);
        RequirePositive(rows);
        RequirePositive(k);
        Command command = new("flat", "Exact search against streaming-read bandwidth, one thread")
        {
            dimensions, rows, k, metric, allowed, seconds, seed, json,
        };
        command.SetAction(parsed =>
        {
            List<FlatFigures> figures = [];
            Console.WriteLine(FlatFigures.Header);
            foreach (int dimension in parsed.GetRequiredValue(dimensions))
            {
                using FlatBenchmark benchmark = new(
                    parsed.GetRequiredValue(metric),
                    parsed.GetValue(rows) ?? (int)(DefaultElements / dimension),
                    dimension,
                    parsed.GetRequiredValue(k),
                    parsed.GetRequiredValue(allowed),
                    parsed.GetRequiredValue(seed));
                figures.Add(benchmark.Measure(TimeSpan.FromSeconds(parsed.GetRequiredValue(seconds))));
                Console.WriteLine(figures[^1].ToTableRow());
            }

            if (parsed.GetValue(json) is { } file)
                BenchmarkReport.Write(file, figures);
            return figures.TrueForAll(figure => figure.AgreesWithReference) ? 0 : 1;
        });
        return command;
    }

    private static void RequirePositive(Option option) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
        {
            if (int.TryParse(token.Value, CultureInfo.InvariantCulture, out int value) && value < 1)
                result.AddError($"{option.Name} must be at least 1, not {value}.");
        }
    });
}
