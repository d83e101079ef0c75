using System.Runtime.InteropServices;
using System.Text.Json;

namespace Manifold.Benchmarks;

/// <summary>Writes figures as JSON, with what is needed to compare them with others: machine, runtime and command line.</summary>
internal static class BenchmarkReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    public static void Write<TFigures>(FileInfo file, IReadOnlyList<TFigures> figures)
    {
        var report = new
        {
            Command = string.Join(' ', Environment.GetCommandLineArgs().Skip(1)),
            Processor = ProcessorName(),
            Processors = Environment.ProcessorCount,
            System = RuntimeInformation.OSDescription,
            Runtime = RuntimeInformation.FrameworkDescription,
            Figures = figures,
        };
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(report, Options) + "\n");
    }

    /// <summary>The processor as the system names it.</summary>
    public static string ProcessorName()
    {
        const string cpuInfo = "/proc/cpuinfo";
        string? line = File.Exists(cpuInfo)
            ? File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
