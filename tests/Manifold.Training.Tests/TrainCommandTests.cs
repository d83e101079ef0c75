using System.Text.Json;
using Manifold.Encoders;

namespace Manifold.Training.Tests;

/// <summary>The <c>train</c> command as a user runs it: a process of its own, on the sample pictures.</summary>
public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Train_OnTheSamples_LearnsAndLeavesABundleThatServes()
    {
        var items = File.ReadLines(RepositoryFolder.Of("samples", "items.jsonl")).Select(line => JsonSerializer.Deserialize<SampleItem>(line)!).ToArray();
        var unseen = items.Where(item => item.Source == "fluent").ToArray();
        string pairs = _folder.Of("pairs.jsonl");
        await File.WriteAllLinesAsync(
            pairs,
            items.Except(unseen).Select(item => JsonSerializer.Serialize(item with { Image = RepositoryFolder.Of("samples", item.Image) })),
            TestContext.Current.CancellationToken);
        string config = Config("smoke", pairs, steps: 240, checkpointEvery: 100);
        var (exit, output) = await TrainingProcess.RunAsync("train", "--config", config, "--out", _folder.Of("run"), "--data", _folder.Of("data"));
        Assert.True(exit == 0, output);

        var metrics = MetricsFile.Read(_folder.Of("run"));
        Assert.True(metrics.Losses[^1].Loss < 0.6 * metrics.Losses[0].Loss, $"loss from {metrics.Losses[0].Loss} to {metrics.Losses[^1].Loss}");

        Assert.Equal(["val.t2i", "val.i2t"], metrics.Final.Select(score => score.Test));
        foreach (string file in (string[])[RunReport.FileName, RunPlots.LossFile, RunPlots.RecallFile, "config.yaml"])
            Assert.True(File.Exists(Path.Combine(_folder.Of("run"), file)), $"{file} is not there");

        using var encoder = new BundleEncoder(Bundle.Load(Path.Combine(_folder.Of("run"), TrainingRun.BundleFolder)), new EncoderOptions { Device = EncoderDevice.Cpu });
        Assert.Equal("smoke", encoder.Manifest.Name);

        // What it learnt in two styles it must know in a third, whose pictures it never saw.
        var known = items.Except(unseen).Select(item => item.Caption).ToHashSet();
        int[] asked = [.. Enumerable.Range(0, unseen.Length).Where(i => known.Contains(unseen[i].Caption))];
        var scores = RetrievalMetrics.Score(
            "unseen style",
            encoder.EncodeTexts([.. asked.Select(i => unseen[i].Caption)]),
            encoder.EncodeImages([.. unseen.Select(item => (ReadOnlyMemory<byte>)File.ReadAllBytes(RepositoryFolder.Of("samples", item.Image)))]),
            [.. asked.Select(i => (IReadOnlyList<int>)[i])]);
        Assert.True(scores.R10Low > 2 * scores.ChanceR10, $"R@10 {scores.R10}, at least {scores.R10Low}, chance {scores.ChanceR10}");
    }

    [Fact]
    public async Task Train_KilledAndStartedAgain_EndsAsIfItHadNotBeen()
    {
        string config = Config("killed", RepositoryFolder.Of("samples"), steps: 40, checkpointEvery: 3);
        string[] Arguments(string run) => ["train", "--config", config, "--out", _folder.Of(run), "--data", _folder.Of("data")];
        var (exit, output) = await TrainingProcess.RunAsync(Arguments("whole"));
        Assert.True(exit == 0, output);

        using (var process = TrainingProcess.Start(Arguments("killed")))
        {
            string checkpoint = Path.Combine(_folder.Of("killed"), Checkpoint.FileName);
            while (!File.Exists(checkpoint) && !process.HasExited)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.NotEqual(0, process.ExitCode);
        }

        (exit, output) = await TrainingProcess.RunAsync(Arguments("killed"));
        Assert.True(exit == 0, output);
        Assert.Equal(MetricsFile.Read(_folder.Of("whole")).Final, MetricsFile.Read(_folder.Of("killed")).Final);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_folder.Of("whole"), TrainingRun.BundleFolder, "text.onnx")),
            File.ReadAllBytes(Path.Combine(_folder.Of("killed"), TrainingRun.BundleFolder, "text.onnx")));
    }

    [Theory]
    [InlineData("schedule: {steps: 10, stepz: 3}", "schedule.stepz")]
    [InlineData("model: {dimension: 3}", "model.dimension")]
    [InlineData("data: {source: nowhere.jsonl}", "nowhere.jsonl")]
    [InlineData("data: {source: nowhere.jsonl, word_vectors: words.txt}", "words.txt is not there")]
    public async Task Train_WithAWrongConfig_SaysWhereAndLeavesNothing(string yaml, string named)
    {
        string path = _folder.Of("wrong.yaml");
        await File.WriteAllTextAsync(path, $"name: wrong\n{yaml}\n", TestContext.Current.CancellationToken);
        var (exit, output) = await TrainingProcess.RunAsync("train", "--config", path, "--out", _folder.Of("run"), "--data", _folder.Of("data"));
        Assert.Equal(1, exit);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Of("run")));
    }

    [Theory]
    [InlineData("--ablations", "metrics.json")]
    [InlineData("--baseline", "bundle.json")]
    public async Task Train_WithAnotherRunThatIsNotThere_SaysSoBeforeItBegins(string option, string named)
    {
        string config = Config("alone", RepositoryFolder.Of("samples"), steps: 1, checkpointEvery: 1);
        var (exit, output) = await TrainingProcess.RunAsync("train", "--config", config, "--out", _folder.Of("run"), "--data", _folder.Of("data"), option, _folder.Of("nowhere"));
        Assert.Equal(1, exit);
        Assert.Contains(Path.Combine(_folder.Of("nowhere"), named), output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Of("run")));
    }

    public void Dispose() => _folder.Dispose();

    private string Config(string name, string source, int steps, int checkpointEvery)
    {
        string path = _folder.Of($"{name}.yaml");
        File.WriteAllText(path, $$"""
            name: {{name}}
            threads: 1
            data: {source: {{source}}, validation: 0.1}
            pictures: {variants: 3}
            model:
              dimension: 64
              tokenizer: {buckets: 8192}
              gradients: {hidden: 96}
              convolutions: {channels: [16, 16]}
              ngrams: {hidden: 48}
              transformer: {width: 32, layers: 1, feed_forward: 48}
            schedule: {steps: {{steps}}, batch: 96, warmup_steps: 10, evaluate_every: 80, checkpoint_every: {{checkpointEvery}}, averaging: 0.98}
            """);
        return path;
    }
}
