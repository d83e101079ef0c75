using System.Globalization;
using System.Text;

namespace Manifold.Training;

/// <summary>What a run came to, as Markdown.</summary>
internal static class RunReport
{
    public const string FileName = "report.md";
    private const int MaxSkipped = 20, MaxLosses = 20;

    /// <summary>The text.</summary>
    /// <param name="metrics">The run.</param>
    /// <param name="configYaml">Its configuration, with all defaults.</param>
    /// <param name="baseline">Another bundle's name and scores on the same tests, or null.</param>
    /// <param name="ablations">A section on other runs, or nothing.</param>
    public static string Write(TrainingMetrics metrics, string configYaml, (string Name, IReadOnlyList<RetrievalScores> Scores)? baseline, string ablations = "")
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"# Training of {metrics.Name}\n");
        Line($"Seed {metrics.Seed}, configuration {metrics.ConfigSha256[..16]}; {metrics.Concepts:N0} concepts, {metrics.Pictures:N0} pictures, {metrics.Texts:N0} captions{(metrics.Words > 0 ? string.Create(CultureInfo.InvariantCulture, $", {metrics.Words:N0} words without pictures") : "")}.");
        Line($"{metrics.ImageParameters:N0} learned numbers in the picture tower, {metrics.TextParameters:N0} in the text tower; the bundle has {metrics.BundleBytes / 1e6:0.0} MB.");
        Line($"{(metrics.Losses.Count > 0 ? metrics.Losses[^1].Step : 0):N0} steps in {metrics.TrainingSeconds / 60:0.0} minutes, without the preparation of pictures and without measuring.\n");
        if (metrics.Skipped.Count > 0)
        {
            Line($"{metrics.Skipped.Count:N0} pairs were skipped:\n");
            foreach (var skipped in metrics.Skipped.Take(MaxSkipped))
                Line($"- {skipped.Place}: {skipped.Reason}");
            Line($"{(metrics.Skipped.Count > MaxSkipped ? "- …\n" : "")}");
        }

        if (metrics.Final.Count > 0)
            Scores(Line, metrics.Final, baseline);
        text.Append(ablations);
        Line($"## Curves\n");
        Line($"![loss]({RunPlots.LossFile})\n");
        if (metrics.Recalls.Count > 0)
            Line($"![recall]({RunPlots.RecallFile})\n");
        Losses(Line, metrics.Losses);
        Line($"## Configuration\n\n```yaml\n{configYaml.TrimEnd()}\n```");
        return text.ToString();
    }

    /// <summary>The section of the scores, beside another bundle's.</summary>
    public static void Scores(Action<FormattableString> line, IReadOnlyList<RetrievalScores> scores, (string Name, IReadOnlyList<RetrievalScores> Scores)? baseline)
    {
        line($"## Scores of the exported bundle\n\nShares in percent; the interval is a 95 % bootstrap of R@10 over queries.\n");
        line($"| test | queries | gallery | chance R@10 | R@1 | R@5 | R@10 | interval | median rank | mAP |{(baseline is null ? "" : $" R@10 of {baseline.Value.Name} | difference |")}");
        line($"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |{(baseline is null ? "" : " --- | --- |")}");
        foreach (var s in scores)
        {
            var other = baseline?.Scores.FirstOrDefault(score => score.Test == s.Test);
            string compared = baseline is null ? "" : other is null ? " – | – |" : string.Create(CultureInfo.InvariantCulture, $" {100 * other.R10:0.0} | {100 * (s.R10 - other.R10):+0.0;−0.0;0.0} |");
            line($"| {s.Test} | {s.Queries} | {s.Gallery} | {100 * s.ChanceR10:0.0} | {100 * s.R1:0.0} | {100 * s.R5:0.0} | {100 * s.R10:0.0} | {100 * s.R10Low:0.0} to {100 * s.R10High:0.0} | {s.MedianRank:0.#} | {100 * s.MeanAveragePrecision:0.0} |{compared}");
        }

        line($"");
    }

    /// <summary>The table of a run's losses, thinned.</summary>
    public static void Losses(Action<FormattableString> line, IReadOnlyList<LossPoint> points)
    {
        if (points.Count == 0)
            return;
        string[] terms = [.. points[0].Terms.Keys];
        line($"| step | loss | {string.Join(" | ", terms)} | temperature | learning rate |");
        line($"| --- | --- | {string.Join(" | ", terms.Select(_ => "---"))} | --- | --- |");
        int every = Math.Max(1, (points.Count + MaxLosses - 1) / MaxLosses);
        foreach (var p in points.Where((_, i) => (i + 1) % every == 0 || i == points.Count - 1))
        {
            string values = string.Join(" | ", terms.Select(term => p.Terms.GetValueOrDefault(term, double.NaN).ToString("0.000", CultureInfo.InvariantCulture)));
            line($"| {p.Step:N0} | {p.Loss:0.000} | {values} | {p.Temperature:0.0000} | {p.LearningRate:0.000000} |");
        }

        line($"");
    }
}
