using System.CommandLine;
using System.Globalization;

namespace Manifold.Training;

/// <summary><c>compare-runs FOLDER… [--tests A.t2i.en,…]</c>: a Markdown table with a row a run.</summary>
internal static class CompareRunsCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folders") { Description = "Folders of runs that ended.", Arity = ArgumentArity.OneOrMore };
        var tests = new Option<string?>("--tests") { Description = "Names of tests, with commas; default all of the first run." };
        var command = new Command("compare-runs", "Print R@10, time and size of several runs as a table.") { folders, tests };
        command.SetAction(parse =>
        {
            Console.Out.Write(Table([.. parse.GetRequiredValue(folders).Select(folder => MetricsFile.Read(Path.GetFullPath(folder)))], parse.GetValue(tests)?.Split(',')));
            return 0;
        });
        return command;
    }

    /// <summary>The table; a test that a run was not measured on is a dash.</summary>
    public static string Table(IReadOnlyList<TrainingMetrics> runs, IReadOnlyList<string>? tests)
    {
        tests ??= [.. runs[0].Final.Select(test => test.Test)];
        var rows = runs.Select(run =>
        {
            var scores = tests.Select(test => run.Final.FirstOrDefault(score => score.Test == test) is { } score ? (100 * score.R10).ToString("0.0", CultureInfo.InvariantCulture) : "–");
            return string.Create(CultureInfo.InvariantCulture, $"| {run.Name} | {string.Join(" | ", scores)} | {run.TrainingSeconds:0} | {(run.ImageParameters + run.TextParameters) / 1e6:0.0} | {run.BundleBytes / 1e6:0.0} |\n");
        });
        return $"| run | {string.Join(" | ", tests)} | seconds | M parameters | bundle MB |\n| --- | {string.Concat(tests.Select(_ => "--- | "))}--- | --- | --- |\n{string.Concat(rows)}";
    }
}
