using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Manifold.Benchmarks;

/// <summary><c>kernels</c>: the inner loops by themselves, over data that fits the second-level cache, with BenchmarkDotNet.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        Option<string> filter = new("--filter") { Description = "Which, with * for anything", DefaultValueFactory = _ => "*" };
        Option<bool> quick = new("--quick") { Description = "Few iterations, for a first look" };
        Option<DirectoryInfo?> artifacts = new("--artifacts") { Description = "Where BenchmarkDotNet writes its reports; default: a temporary folder" };
        Command command = new("kernels", "Inner loops by themselves, with BenchmarkDotNet") { filter, quick, artifacts };
        command.SetAction(parsed =>
        {
            // In this process: the project's build settings, with warnings as errors, do not suit the projects that it would generate.
            var job = (parsed.GetValue(quick) ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
            var folder = parsed.GetValue(artifacts)?.FullName ?? Directory.CreateTempSubdirectory("manifold-kernels-").FullName;
            var config = DefaultConfig.Instance.AddJob(job).WithArtifactsPath(folder);
            BenchmarkSwitcher.FromTypes([typeof(DotBenchmark), typeof(TileBenchmark), typeof(CodeBenchmark), typeof(MaxSimBenchmark)]).Run(["--filter", parsed.GetRequiredValue(filter)], config);
        });
        return command;
    }
}
