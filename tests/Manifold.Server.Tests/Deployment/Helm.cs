using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Manifold.Server.Tests;

/// <summary>Helm itself, and what it makes of the chart.</summary>
internal static class Helm
{
    public const string Chart = "deploy/helm/manifold";

    private static readonly string[] Required = ["--set", "segments.store=s3://bucket/prefix?region=x", "--set", "redis.connectionString=redis:6379"];

    private static string Command
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var data = Set("MANIFOLD_DATA") ?? Path.Combine(Set("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "manifold-data");
            return Path.Combine(data, "helm-4.1.4", "helm");
        }
    }

    /// <summary>The objects that the chart becomes, with the values that it cannot do without and some more.</summary>
    public static async Task<IReadOnlyList<Dictionary<object, object?>>> TemplateAsync(params string[] values)
    {
        var (exitCode, output, error) = await RunAsync(["template", "one", DeploymentFiles.FullPath(Chart), .. Required, .. values.SelectMany(value => new[] { "--set", value })]);
        Assert.True(exitCode == 0, error);
        return [.. DeploymentFiles.ParseYaml(output)];
    }

    /// <summary>Runs helm, or skips the test where there is none.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 && File.Exists(Command), $"there is no helm at {Command}: tests/run.sh installs it");
        var cancel = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(Command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await error);
    }

    private static string? Set(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
