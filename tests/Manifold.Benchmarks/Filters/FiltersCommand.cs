using System.CommandLine;

namespace Manifold.Benchmarks;

/// <summary><c>filters</c>: a filter over the columns of a segment against the same filter row by row.</summary>
internal static class FiltersCommand
{
    private static readonly string[] Kinds = ["equality", "in", "range", "and", "or", "not"];

    public static Command Create()
    {
        Option<int> rows = new("--rows") { Description = "Items", DefaultValueFactory = _ => 1_000_000 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each filter; medians are reported", DefaultValueFactory = _ => 7 };
        Option<double[]> shares = new("--share")
        {
            Description = "Shares of the items that match",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [0.001, 0.01, 0.1, 0.5, 0.99],
        };
        Option<int> seed = new("--seed") { Description = "Seed of the random items", DefaultValueFactory = _ => 1 };
        Option<FileInfo?> json = new("--json") { Description = "Also write the figures to this file" };
        Command command = new("filters", "Filters and facets over columns against the same row by row, one thread") { rows, rounds, shares, seed, json };
        command.SetAction(parsed =>
        {
            using FiltersBenchmark benchmark = new(parsed.GetValue(rows), parsed.GetValue(seed));
            Console.WriteLine(
                $"{parsed.GetValue(rows):N0} items, segment {benchmark.SegmentBytes:N0} bytes, columns {benchmark.IndexBytes:N0} bytes, built in {benchmark.BuildSeconds:N2} s, opened in {benchmark.OpenMilliseconds:N2} ms");
            Console.WriteLine(FiltersFigures.Header);
            List<FiltersFigures> figures = [];
            foreach (var kind in Kinds)
            {
                foreach (var share in parsed.GetRequiredValue(shares))
                {
                    figures.Add(benchmark.Measure(kind, share, parsed.GetValue(rounds)));
                    Console.WriteLine(figures[^1].ToTableRow());
                }
            }

            foreach (var share in parsed.GetRequiredValue(shares).Append(1))
            {
                figures.Add(benchmark.MeasureFacets(share, parsed.GetValue(rounds)));
                Console.WriteLine(figures[^1].ToTableRow());
            }

            if (parsed.GetValue(json) is { } file)
                BenchmarkReport.Write(file, figures);
        });
        return command;
    }
}
