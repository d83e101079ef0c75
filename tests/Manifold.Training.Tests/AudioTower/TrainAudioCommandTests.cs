using System.Text.Json;
using Manifold.Encoders;

namespace Manifold.Training.Tests;

/// <summary>The <c>train-audio</c> command as a user runs it, on recordings that a synthesizer makes.</summary>
public sealed class TrainAudioCommandTests : IDisposable
{
    private static readonly string[] Words =
    [
        "penguin", "bicycle", "strawberry", "elephant", "umbrella", "guitar", "volcano", "butterfly", "telephone", "mushroom", "rocket", "crocodile", "sandwich", "lighthouse", "snowman", "watermelon",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task OnRecordings_Learns_SkipsWhatIsOfNoUse_AndLeavesABundleThatHears()
    {
        // Each word in six voices; a seventh is asked with.
        var random = new Random(1);
        var lines = new List<string>();
        foreach (string word in Words)
        {
            for (int voice = 0; voice < 6; voice++)
                lines.Add(Say(word, $"{word}-{voice}.wav", SpeechVoice.Draw("en", random)));
        }

        await File.WriteAllBytesAsync(_folder.Of("cut.wav"), (await File.ReadAllBytesAsync(_folder.Of("penguin-0.wav"), TestContext.Current.CancellationToken))[..30], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_folder.Of("silent.wav"), Silence(), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_folder.Of("text.wav"), "no sound"u8.ToArray(), TestContext.Current.CancellationToken);
        foreach (string wrong in (string[])["cut.wav", "silent.wav", "text.wav", "nowhere.wav"])
            lines.Add(JsonSerializer.Serialize(new { audio = wrong, caption = "wrong" }));
        await File.WriteAllLinesAsync(_folder.Of("pairs.jsonl"), lines, TestContext.Current.CancellationToken);

        string config = Config(steps: 150);
        var (exit, output) = await TrainingProcess.RunAsync("train-audio", "--config", config, "--out", _folder.Of("run"));
        Assert.True(exit == 0, output);
        using var metrics = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.Of("run"), MetricsFile.FileName), TestContext.Current.CancellationToken));
        var losses = metrics.RootElement.GetProperty("losses").EnumerateArray().Select(point => point.GetProperty("loss").GetDouble()).ToArray();
        Assert.True(losses[^1] < 0.5 * losses[0], $"loss from {losses[0]} to {losses[^1]}");
        string[] skipped = [.. metrics.RootElement.GetProperty("skipped").EnumerateArray().Select(item => item.GetRawText())];
        Assert.Equal(4, skipped.Length);
        Assert.All(["cut.wav", "silent.wav", "text.wav", "nowhere.wav"], wrong => Assert.Contains(skipped, item => item.Contains(wrong, StringComparison.Ordinal)));

        var bundle = Bundle.Load(Path.Combine(_folder.Of("run"), TrainingRun.BundleFolder));
        Assert.Equal("heard", bundle.Manifest.Name);
        using var encoder = new BundleProbeEncoder(bundle);
        Sound[] asked = [.. Words.Select(word =>
        {
            Say(word, $"asked-{word}.wav", SpeechVoice.HeldOut("en", 2));
            return new Sound(_folder.Of($"asked-{word}.wav"));
        })];
        var scores = RetrievalMetrics.Score("unseen voice", encoder.EncodeSounds(asked), encoder.EncodeTexts(Words), [.. Words.Select((_, i) => (IReadOnlyList<int>)[i])]);
        Assert.True(scores.R1 >= 0.5, $"R@1 {scores.R1}, chance {1.0 / Words.Length}");

        // Once more from its checkpoint: nothing is left to learn, and the same bundle comes out.
        byte[] model = await File.ReadAllBytesAsync(bundle.PathOf("audio.onnx"), TestContext.Current.CancellationToken);
        (exit, output) = await TrainingProcess.RunAsync("train-audio", "--config", config, "--out", _folder.Of("run"));
        Assert.True(exit == 0, output);
        Assert.Equal(model, await File.ReadAllBytesAsync(bundle.PathOf("audio.onnx"), TestContext.Current.CancellationToken));

        (exit, output) = await TrainingProcess.RunAsync("train-audio", "--config", Config(steps: 151), "--out", _folder.Of("run"));
        Assert.Equal(1, exit);
        Assert.Contains("checkpoint of another configuration", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data: {source: nowhere}", "nowhere is not there")]
    [InlineData("data: {languages: [xx]}", "data.languages")]
    [InlineData("spectrogram: {max_hz: 20000}", "spectrogram.max_hz")]
    [InlineData("model: {heads: 3}", "model.heads")]
    [InlineData("base: nowhere", "bundle.json")]
    public async Task WithAWrongConfig_SaysWhereAndLeavesNothing(string yaml, string named)
    {
        await File.WriteAllTextAsync(_folder.Of("wrong.yaml"), yaml + "\n", TestContext.Current.CancellationToken);
        var (exit, output) = await TrainingProcess.RunAsync("train-audio", "--config", _folder.Of("wrong.yaml"), "--out", _folder.Of("run"));
        Assert.Equal(1, exit);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Of("run")));
    }

    [Fact]
    public void HeldOutVoices_AreNotHeardInTraining()
    {
        var random = new Random(2);
        string[] heldOut = [.. Enumerable.Range(0, 64).SelectMany(number => SpeechVoice.Languages.Select(language => Timbre(SpeechVoice.HeldOut(language, number)))).Distinct()];
        Assert.True(heldOut.Length >= 8);
        foreach (string language in SpeechVoice.Languages)
        {
            for (int i = 0; i < 2000; i++)
                Assert.DoesNotContain(Timbre(SpeechVoice.Draw(language, random)), heldOut);
        }

        static string Timbre(SpeechVoice voice) => voice.Name[(voice.Name.IndexOf('+', StringComparison.Ordinal) + 1)..];
    }

    public void Dispose() => _folder.Dispose();

    private string Say(string word, string file, SpeechVoice voice)
    {
        File.WriteAllBytes(_folder.Of(file), SpeechSynthesizer.SpeakToWav(word, voice).Wav);
        return JsonSerializer.Serialize(new { audio = file, caption = word });
    }

    private static byte[] Silence()
    {
        byte[] wav = SpeechSynthesizer.SpeakToWav("hush", SpeechVoice.HeldOut("en", 0)).Wav;
        wav.AsSpan(44).Clear();
        return wav;
    }

    private string Config(int steps)
    {
        string path = _folder.Of("audio.yaml");
        File.WriteAllText(path, $$"""
            name: heard
            base: {{RepositoryFolder.Of("bundles", "manifold-mini")}}
            threads: 1
            data: {source: pairs.jsonl, validation: 0}
            model: {channels: 64, layers: 1, feed_forward: 64}
            schedule: {steps: {{steps}}, batch: 16, warmup_steps: 10, checkpoint_every: 50, averaging: 0.95, learning_rate: 0.002}
            """);
        return path;
    }
}
