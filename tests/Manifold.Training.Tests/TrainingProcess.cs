using System.Diagnostics;

namespace Manifold.Training.Tests;

/// <summary>The trainer as a user runs it: a process of its own.</summary>
internal static class TrainingProcess
{
    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Starts it.</summary>
    public static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "Manifold.Training.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
