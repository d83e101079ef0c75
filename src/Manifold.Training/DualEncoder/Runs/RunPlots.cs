using ScottPlot;

namespace Manifold.Training;

/// <summary>Draws a run's curves: <c>loss.png</c> and, where it was measured, <c>recall.png</c>.</summary>
internal static class RunPlots
{
    public const string LossFile = "loss.png";
    public const string RecallFile = "recall.png";
    private const int Width = 1200, Height = 700;
    private const string FontName = "Manifold plots";

    // Okabe and Ito's palette, which the colour-blind tell apart, without its yellow (too faint on white) and with grey and two darker shades.
    private static readonly string[] Palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F7F7F", "#8C510A", "#542788"];
    private static readonly Lock Gate = new();

    /// <summary>Writes the plots into a run's folder.</summary>
    public static void Write(string folder, IRunCurves metrics)
    {
        // ScottPlot keeps its fonts in static state.
        lock (Gate)
        {
            Fonts.AddFontFile(FontName, Path.Combine(AppContext.BaseDirectory, "Fonts", "NotoSans-Regular-Subset.ttf"), bold: false, italic: false);
            Fonts.Default = FontName;
            if (metrics.Losses.Count > 0)
                Losses(metrics).SavePng(Path.Combine(folder, LossFile), Width, Height);
            if (metrics.Recalls.Count > 0)
                Recalls(metrics).SavePng(Path.Combine(folder, RecallFile), Width, Height);
        }
    }

    private static Plot Losses(IRunCurves metrics)
    {
        var plot = New($"{metrics.Name}: loss", "loss");
        AddLine(plot, 0, "loss", metrics.Losses.Select(point => (point.Step, point.Loss)));
        foreach (var (index, term) in metrics.Losses[0].Terms.Keys.Index())
            AddLine(plot, index + 1, term, metrics.Losses.Select(point => (point.Step, point.Terms.GetValueOrDefault(term, double.NaN))));
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static Plot Recalls(IRunCurves metrics)
    {
        var plot = New($"{metrics.Name}: recall at 10 on the dev queries", "R@10, %");
        foreach (var (index, test) in metrics.Recalls[0].Tests.Index())
        {
            AddLine(plot, index, test.Test, metrics.Recalls.Select(point => (point.Step, 100 * (point.Tests.FirstOrDefault(other => other.Test == test.Test)?.R10 ?? double.NaN))), markers: true);
        }

        plot.Axes.AutoScale();
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static Plot New(string title, string vertical)
    {
        var plot = new Plot();
        plot.Title(title, size: 20);
        plot.XLabel("step", size: 16);
        plot.YLabel(vertical, size: 16);

        // The shipped font has no bold face, and a label in one that is not there is not drawn.
        plot.Axes.Title.Label.Bold = plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Grid.MajorLineColor = Color.FromHex("#E6E6E6");
        plot.Legend.FontSize = 15;
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = 14;
        return plot;
    }

    private static void AddLine(Plot plot, int index, string name, IEnumerable<(int Step, double Value)> points, bool markers = false)
    {
        var finite = points.Where(point => double.IsFinite(point.Value)).ToArray();
        if (finite.Length == 0)
            return;
        var line = plot.Add.Scatter(finite.Select(point => (double)point.Step).ToArray(), finite.Select(point => point.Value).ToArray());
        line.LegendText = name;
        line.Color = Color.FromHex(Palette[index % Palette.Length]);
        line.LineWidth = index == 0 ? 3 : 2;
        line.LinePattern = index >= Palette.Length ? LinePattern.Dashed : LinePattern.Solid;
        line.MarkerSize = markers || finite.Length == 1 ? 6 : 0;
    }
}
