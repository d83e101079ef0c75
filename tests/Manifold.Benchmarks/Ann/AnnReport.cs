using System.Runtime.InteropServices;
using System.Text.Json;

namespace Manifold.Benchmarks.Ann;

/// <summary>The figures of <c>ann</c> as a table and as JSON.</summary>
internal static class AnnReport
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Writes a Markdown table, then for each target how much faster Manifold is than the fastest of the others, where there are any.</summary>
    public static void WriteTable(TextWriter output, AnnSet set, IReadOnlyList<AnnFigures> figures)
    {
        var compared = figures.Any(f => !f.IsOwn);
        output.WriteLine($"| searcher | target | recall | queries/s | per CPU-second | p50 µs | p99 µs | built, CPU-s | memory beside vectors |{(compared ? " setting |" : "")}");
        output.WriteLine($"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |{(compared ? " --- |" : "")}");
        foreach (var f in figures)
            output.WriteLine($"| {f.Searcher} | {f.Target} | {f.Recall:0.0000} | {f.Qps:N0} | {f.CpuQps:N0} | {f.P50Us:N0} | {f.P99Us:N0} | {f.BuildS:0.0} | {100.0 * f.MemoryBytes / (4.0 * set.Rows * set.Dimension):0.0} % |{(compared ? $" {f.Setting} |" : "")}");
        foreach (var ratio in Ratios(figures))
            output.WriteLine($"{ratio.Target}: {ratio.Own} / {ratio.BestOther} = {ratio.Qps:0.00} (per CPU-second {ratio.CpuQps:0.00})");
    }

    /// <summary>Writes JSON.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="set">What was searched.</param>
    /// <param name="figures">The table.</param>
    /// <param name="libraries">Those that were compared, with versions.</param>
    public static void Write(FileInfo file, AnnSet set, IReadOnlyList<AnnFigures> figures, IReadOnlyList<string> libraries)
    {
        var report = new
        {
            Machine = new { Processor = BenchmarkReport.ProcessorName(), Processors = Environment.ProcessorCount, System = RuntimeInformation.OSDescription, Runtime = RuntimeInformation.FrameworkDescription },
            Rows = set.Rows,
            Dim = set.Dimension,
            Results = figures,
            Libraries = libraries,
            Ratios = Ratios(figures),
        };
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(report, Options) + "\n");
    }

    private static IReadOnlyList<AnnRatio> Ratios(IReadOnlyList<AnnFigures> figures) =>
    [
        .. from own in figures
           where own.IsOwn
           let best = figures.Where(other => !other.IsOwn && other.Target == own.Target).MaxBy(other => other.Qps)
           where best is not null
           select new AnnRatio(own.Target, own.Searcher, best.Searcher, own.Qps / best.Qps, own.CpuQps / best.CpuQps),
    ];
}
