using System.Runtime.InteropServices;
using System.Text.Json;

namespace Manifold.Benchmarks.Ann;

/// <summary>The figures of <c>ann</c> as JSON.</summary>
internal static class AnnReport
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static void Write(FileInfo file, AnnSet set, IReadOnlyList<AnnFigures> figures)
    {
        var report = new
        {
            Machine = new { Processor = BenchmarkReport.ProcessorName(), Processors = Environment.ProcessorCount, System = RuntimeInformation.OSDescription, Runtime = RuntimeInformation.FrameworkDescription },
            Rows = set.Rows,
            Dim = set.Dimension,
            Results = figures,
        };
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(report, Options) + "\n");
    }
}
