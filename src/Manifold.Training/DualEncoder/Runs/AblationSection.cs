using System.Globalization;
using System.Text;

namespace Manifold.Training;

/// <summary>The report's section on ablations: what each run has otherwise than another, and a table of all their scores.</summary>
internal static class AblationSection
{
    /// <summary>The Markdown, which begins with the heading.</summary>
    /// <param name="reported">The run that the report is of.</param>
    /// <param name="others">The others; at least one. Each is told of beside the reported run or beside the first of them, whichever is more like it.</param>
    public static string Write(AblationRun reported, IReadOnlyList<AblationRun> others)
    {
        var text = new StringBuilder("## Ablations\n\nRuns of their own on the same tests:\n\n");
        var first = others[0];
        foreach (var run in others)
        {
            var fromReported = ConfigDifferences.Between(reported.Config, run.Config);
            var fromFirst = ConfigDifferences.Between(first.Config, run.Config);
            bool likeFirst = run != first && fromFirst.Count < fromReported.Count;
            string like = likeFirst ? first.Metrics.Name : reported.Metrics.Name;
            text.Append(CultureInfo.InvariantCulture, $"- `{run.Metrics.Name}`: as `{like}`, but {Told(likeFirst ? fromFirst : fromReported)}\n");
        }

        AblationRun[] runs = [reported, .. others];
        text.Append(CultureInfo.InvariantCulture, $"\nR@10 in percent.\n\n| test | {string.Join(" | ", runs.Select(run => run.Metrics.Name))} |\n| --- | {string.Join(" | ", runs.Select(_ => "---"))} |\n");
        foreach (string test in reported.Metrics.Final.Select(score => score.Test))
            Row(test, run => run.Metrics.Final.FirstOrDefault(score => score.Test == test) is { } score ? (100 * score.R10).ToString("0.0", CultureInfo.InvariantCulture) : "–");
        Row("steps", run => (run.Metrics.Losses.Count > 0 ? run.Metrics.Losses[^1].Step : 0).ToString("N0", CultureInfo.InvariantCulture));
        Row("minutes", run => (run.Metrics.TrainingSeconds / 60).ToString("0.0", CultureInfo.InvariantCulture));
        Row("bundle, MB", run => (run.Metrics.BundleBytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture));
        return text.Append('\n').ToString();

        void Row(string name, Func<AblationRun, string> cell) => text.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", runs.Select(cell))} |\n");
    }

    private static string Told(IReadOnlyList<string> differences) => differences.Count == 0 ? "nothing" : string.Join(", ", differences.Select(difference => $"`{difference}`"));
}
