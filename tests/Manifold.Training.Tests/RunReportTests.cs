namespace Manifold.Training.Tests;

/// <summary>What a run leaves behind.</summary>
public sealed class RunReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Report_OfARun_HasItsFiguresAndTheBaselineBeside()
    {
        string report = RunReport.Write(Metrics(40), "name: demo\n", ("older", [Score("C.t2i.en", 0.5)]));
        Assert.Contains("# Training of demo", report, StringComparison.Ordinal);
        Assert.Contains("| C.t2i.en | 100 | 1162 | 0.9 | 20.0 | 40.0 | 71.3 | 68.0 to 75.0 | 3.5 | 33.0 | 50.0 | +21.3 |", report, StringComparison.Ordinal);
        Assert.Contains("| D.t2i.en | 100 | 1162 | 0.9 | 20.0 | 40.0 | 61.3 | 68.0 to 75.0 | 3.5 | 33.0 | – | – |", report, StringComparison.Ordinal);
        Assert.Contains("- pairs.jsonl:3: the caption is empty", report, StringComparison.Ordinal);
        Assert.Contains("name: demo", report, StringComparison.Ordinal);
        Assert.InRange(report.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal)), 20, 30);
    }

    [Fact]
    public void Report_WithAblations_SaysWhatEachHasOtherwiseAndWhatCameOut()
    {
        var reported = new DualEncoderConfig { Name = "demo" };
        var whole = reported with { Name = "whole", Schedule = reported.Schedule with { Steps = 1000 } };
        var less = whole with { Name = "less", Loss = whole.Loss with { TextText = 0 }, Model = whole.Model with { Convolutions = new ConvolutionBranchConfig { Channels = [16] } } };
        var shown = reported with { Name = "shown", Export = reported.Export with { Mirror = true } };
        string section = AblationSection.Write(
            new(Metrics(2), reported),
            [new(Metrics(2) with { Name = "whole" }, whole), new(Metrics(2) with { Name = "less", Final = [Score("C.t2i.en", 0.25)] }, less), new(Metrics(2) with { Name = "shown" }, shown)]);
        string report = RunReport.Write(Metrics(40), "name: demo\n", null, section);
        Assert.Contains("- `whole`: as `demo`, but `schedule.steps: 1000`", report, StringComparison.Ordinal);
        Assert.Contains("- `less`: as `whole`, but `model.convolutions.channels: [16]`, `loss.text_text: 0`", report, StringComparison.Ordinal);
        Assert.Contains("- `shown`: as `demo`, but `export.mirror: true`", report, StringComparison.Ordinal);
        Assert.Contains("| test | demo | whole | less | shown |\n| --- | --- | --- | --- | --- |\n| C.t2i.en | 71.3 | 71.3 | 25.0 | 71.3 |\n| D.t2i.en | 61.3 | 61.3 | – | 61.3 |\n| steps | 1,000 |", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void Plots_OfARun_ArePicturesWithLines(int points)
    {
        RunPlots.Write(_folder.Path, Metrics(points));
        foreach (string file in (string[])[RunPlots.LossFile, RunPlots.RecallFile])
        {
            using var picture = NetVips.Image.NewFromFile(_folder.Of(file));
            Assert.Equal((1200, 700), (picture.Width, picture.Height));
            Assert.True(picture[0].Deviate() > 5, $"{file} is nearly blank");
        }
    }

    [Fact]
    public void Plots_WithALossThatIsNoNumber_LeaveAGap()
    {
        var metrics = Metrics(10);
        metrics = metrics with { Losses = [.. metrics.Losses.Select((point, i) => i == 4 ? point with { Loss = double.NaN } : point)], Recalls = [] };
        RunPlots.Write(_folder.Path, metrics);
        Assert.True(File.Exists(_folder.Of(RunPlots.LossFile)));
        Assert.False(File.Exists(_folder.Of(RunPlots.RecallFile)));
    }

    [Fact]
    public void Metrics_WrittenAndRead_AreTheSame()
    {
        MetricsFile.Write(_folder.Path, Metrics(3));
        var read = MetricsFile.Read(_folder.Path);
        Assert.Equal(("demo", 3, 0.713), (read.Name, read.Losses.Count, read.Final[0].R10));
        Assert.Contains("\"config_sha256\"", File.ReadAllText(_folder.Of(MetricsFile.FileName)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{ \"name\": ")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Metrics_MissingOrDamaged_AreRefusedByName(string? content)
    {
        if (content is not null)
            File.WriteAllText(_folder.Of(MetricsFile.FileName), content);
        var error = Assert.Throws<InvalidDataException>(() => MetricsFile.Read(_folder.Path));
        Assert.Contains(_folder.Of(MetricsFile.FileName), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Comparison_OfRuns_HasARowEachAndADashForWhatWasNotMeasured()
    {
        var other = Metrics(2) with { Name = "other", Final = [Score("C.t2i.en", 0.25)] };
        string table = CompareRunsCommand.Table([Metrics(2), other], ["C.t2i.en", "D.t2i.en"]);
        Assert.Contains("| demo | 71.3 | 61.3 | 90 | 3.0 | 12.3 |", table, StringComparison.Ordinal);
        Assert.Contains("| other | 25.0 | – | 90 | 3.0 | 12.3 |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_OverARun_GivesMeansAndNoMoreThan200Points()
    {
        var time = new ManualTime();
        using var log = new StringWriter();
        var progress = new TrainingProgress(1000, 64, log, time);
        var points = new List<LossPoint>();
        for (int step = 1; step <= 1000; step++)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            if (progress.Add(step, new StepLosses(step, new Dictionary<string, double> { ["image_text"] = 2 }, 0.05), 0.001, step / 2.0) is { } point)
                points.Add(point);
        }

        Assert.Equal(200, points.Count);
        Assert.Equal((5, 3.0, 2.5), (points[0].Step, points[0].Loss, points[0].Seconds));
        Assert.Equal(1000, points[^1].Step);
        string[] lines = log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(50, lines.Length);
        Assert.Equal("step 20/1,000  loss 10.500  image_text 2.000  τ 0.050  lr 0.00100  128 concepts/s  8 min 10 s left", lines[0].TrimEnd());
    }

    public void Dispose() => _folder.Dispose();

    private static RetrievalScores Score(string test, double r10) => new(test, 100, 1162, 0.0086, 0.2, 0.4, r10, 0.68, 0.75, 3.5, 0.33);

    private static TrainingMetrics Metrics(int points) => new()
    {
        Name = "demo",
        Seed = 1,
        ConfigSha256 = new string('a', 64),
        Concepts = 10,
        Pictures = 20,
        Texts = 30,
        Skipped = [new SkippedPair("pairs.jsonl:3", "the caption is empty")],
        ImageParameters = 1_000_000,
        TextParameters = 2_000_000,
        TrainingSeconds = 90,
        Losses = [.. Enumerable.Range(1, points).Select(i => new LossPoint(500 * i, 5.0 / i, new Dictionary<string, double> { ["image_text"] = 3.0 / i, ["text_text"] = 2.0 / i }, 0.05, 0.001, i))],
        Recalls = [.. Enumerable.Range(1, points).Select(i => new RecallPoint(500 * i, [Score("C.t2i.en", 0.7 - (0.3 / i)), Score("D.t2i.en", 0.6 - (0.2 / i))]))],
        Final = [Score("C.t2i.en", 0.713), Score("D.t2i.en", 0.613)],
        BundleBytes = 12_300_000,
    };

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
