using Manifold.Benchmarks.Ann.Compare;
using ScottPlot;

namespace Manifold.Benchmarks.Ann;

/// <summary>Draws recall against queries a second of processor time, both so scaled that halving the misses, or doubling the rate, is always as long.</summary>
internal static class AnnPlot
{
    private const int Width = 1300, Height = 800;
    private const string FontName = "Manifold plots";
    private const double LeastRecall = 0.8, MostRecall = 0.9995;

    // Okabe and Ito's palette, which the colour-blind tell apart, without its yellow; Manifold's lines are thick and black.
    private static readonly string[] Palette = ["#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#8C510A"];
    private static readonly double[] RecallTicks = [0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999];

    /// <summary>Writes the picture.</summary>
    /// <param name="file">PNG.</param>
    /// <param name="title">Set and metric.</param>
    /// <param name="own">Manifold's points, by searcher.</param>
    /// <param name="others">All settings that were tried, by searcher; of them only those that no other beats are drawn.</param>
    public static void Write(FileInfo file, string title, IReadOnlyDictionary<string, IReadOnlyList<SweepPoint>> own, IReadOnlyDictionary<string, IReadOnlyList<SweepPoint>> others)
    {
        Fonts.AddFontFile(FontName, Path.Combine(AppContext.BaseDirectory, "Fonts", "NotoSans-Regular-Subset.ttf"), bold: false, italic: false);
        Fonts.Default = FontName;
        var plot = new Plot();
        plot.Title(title, size: 20);
        plot.XLabel("recall", size: 16);
        plot.YLabel("queries a second of processor time", size: 16);

        // The shipped font has no bold face, and a label in one that is not there is not drawn.
        plot.Axes.Title.Label.Bold = plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        foreach (var (name, points) in own)
            Add(plot, name, points, Colors.Black, width: 4, marker: 11);
        foreach (var (index, (name, points)) in others.Index())
            Add(plot, name, Front(points), Color.FromHex(Palette[index % Palette.Length]), width: 2, marker: 6);
        Scale(plot, [.. own.Concat(others).SelectMany(searcher => searcher.Value)]);
        plot.Legend.FontSize = 14;
        plot.ShowLegend(Edge.Right);
        plot.SavePng(file.FullName, Width, Height);
    }

    private static void Add(Plot plot, string name, IReadOnlyList<SweepPoint> points, Color color, float width, float marker)
    {
        // Exact search is as fast as it is, whatever recall is asked for.
        if (points.Count == 1)
        {
            var level = plot.Add.HorizontalLine(Math.Log10(points[0].CpuQps), 2, color, LinePattern.Dashed);
            level.LegendText = name;
            return;
        }

        var drawn = points.Where(point => point.Recall >= LeastRecall).OrderBy(point => point.Recall).ToArray();
        if (drawn.Length == 0)
            return;
        var line = plot.Add.Scatter(drawn.Select(point => Across(point.Recall)).ToArray(), drawn.Select(point => Math.Log10(point.CpuQps)).ToArray());
        line.LegendText = name;
        line.Color = color;
        line.LineWidth = width;
        line.MarkerSize = marker;
    }

    private static SweepPoint[] Front(IReadOnlyList<SweepPoint> points)
    {
        List<SweepPoint> front = [];
        foreach (var point in points.OrderByDescending(point => point.Recall).ThenByDescending(point => point.CpuQps))
        {
            if (front.Count == 0 || point.CpuQps > front[^1].CpuQps)
                front.Add(point);
        }

        return [.. front];
    }

    private static void Scale(Plot plot, IReadOnlyList<SweepPoint> points)
    {
        var rates = points.Where(point => point.Recall >= LeastRecall).Select(point => point.CpuQps).ToArray();
        double[] steps = [1, 2, 5];
        var ticks = Enumerable.Range(0, 8).SelectMany(power => steps.Select(step => step * Math.Pow(10, power))).ToArray();
        plot.Axes.Bottom.SetTicks([.. RecallTicks.Select(Across)], [.. RecallTicks.Select(recall => $"{recall}")]);
        plot.Axes.Left.SetTicks([.. ticks.Select(Math.Log10)], [.. ticks.Select(rate => $"{rate:N0}")]);
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = 14;
        plot.Grid.MajorLineColor = Color.FromHex("#E6E6E6");
        plot.Axes.SetLimits(Across(LeastRecall) - 0.03, Across(MostRecall), Math.Log10(rates.Min() / 1.3), Math.Log10(rates.Max() * 1.3));
    }

    private static double Across(double recall) => -Math.Log10(1 - Math.Min(recall, MostRecall));
}
