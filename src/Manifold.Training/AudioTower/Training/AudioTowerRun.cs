using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>A run from its config to its folder: checkpoint, then the base bundle with the tower of sound, <c>metrics.json</c>, <c>report.md</c> and plots.</summary>
internal static class AudioTowerRun
{
    private const string ModelFile = "audio.onnx";

    /// <summary>Trains, or goes on where a killed run stopped, and writes what a run leaves behind.</summary>
    /// <param name="config">The run.</param>
    /// <param name="source">What it learns from.</param>
    /// <param name="baseBundle">The bundle that is given the tower.</param>
    /// <param name="folder">The run's folder; made if it is not there.</param>
    /// <param name="log">Where progress is told.</param>
    /// <param name="cancellation">Ends it after the running step, with a checkpoint.</param>
    public static AudioMetrics Execute(AudioTowerConfig config, AudioTrainingData source, Bundle baseBundle, string folder, TextWriter log, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string yaml = ConfigFileWriter.Write(config);
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{source.Clips.Texts.Count:N0} recordings; {source.Skipped.Count:N0} skipped; run in {folder}"));
        foreach (var skipped in source.Skipped.Take(5))
            log.WriteLine($"  skipped {skipped.Place}: {skipped.Reason}");
        using var teacher = new BundleProbeEncoder(baseBundle);
        using var trainer = new AudioTowerTrainer(config, source.Clips, source.Tests, teacher, baseBundle.Manifest.Dimension, folder, log);

        // Not before: a checkpoint of another configuration is refused, and what is told of that one must stay.
        File.WriteAllText(Path.Combine(folder, TrainingRun.ConfigFile), yaml);
        trainer.Run(cancellation);

        var bundle = Export(config, trainer.Average.Tower, baseBundle, Path.Combine(folder, TrainingRun.BundleFolder));
        using var served = new BundleProbeEncoder(bundle);
        var metrics = new AudioMetrics
        {
            Name = bundle.Manifest.Name,
            Seed = config.Seed,
            ConfigSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml))),
            Clips = source.Clips.Texts.Count,
            Texts = trainer.Texts,
            Skipped = source.Skipped,
            Parameters = trainer.Average.Tower.parameters().Sum(parameter => parameter.numel()),
            TrainingSeconds = trainer.State.Seconds,
            Losses = trainer.State.Losses,
            Recalls = trainer.State.Recalls,
            Final = source.Tests.Count == 0 ? [] : Evaluator.Run(source.Tests, served).Tests,
            ModelBytes = new FileInfo(bundle.PathOf(ModelFile)).Length,
        };
        MetricsFile.Write(folder, metrics);
        RunPlots.Write(folder, metrics);
        File.WriteAllText(Path.Combine(folder, RunReport.FileName), Report(metrics, yaml));
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tower of {metrics.ModelBytes / 1e6:0.0} MB; bundle in {bundle.Folder}; report in {Path.Combine(folder, RunReport.FileName)}"));
        return metrics;
    }

    private static Bundle Export(AudioTowerConfig config, AudioTowerModule tower, Bundle source, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in source.Manifest.Files.Keys.Where(file => file != source.Manifest.Towers.Audio?.Model))
            File.Copy(source.PathOf(file), Path.Combine(folder, file), overwrite: true);
        File.WriteAllBytes(Path.Combine(folder, ModelFile), AudioTowerGraph.Write(tower, config.Spectrogram.Bands, source.Manifest.Dimension, config.Model, config.Weights));
        string Or(string value, string other) => value.Length > 0 ? value : other;
        Bundle.WriteManifest(folder, source.Manifest with
        {
            Name = Or(config.Name, source.Manifest.Name),
            Version = Or(config.Version, source.Manifest.Version),
            Description = config.Description.Length > 0 ? config.Description : source.Manifest.Description,
            Towers = source.Manifest.Towers with
            {
                Audio = new AudioTower
                {
                    Model = ModelFile,
                    Inputs = new AudioTowerInputs { Mel = AudioTowerGraph.Input },
                    Output = "vector",
                    Preprocessing = config.Spectrogram.ToPreprocessing(),
                },
            },
        });
        return Bundle.Load(folder);
    }

    private static string Report(AudioMetrics metrics, string yaml)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"# Training of the tower of sound of {metrics.Name}\n");
        Line($"Seed {metrics.Seed}, configuration {metrics.ConfigSha256[..16]}; {metrics.Clips:N0} recordings of {metrics.Texts:N0} texts, {metrics.Skipped.Count:N0} skipped.");
        Line($"{metrics.Parameters:N0} learned numbers; the model has {metrics.ModelBytes / 1e6:0.0} MB. {(metrics.Losses.Count > 0 ? metrics.Losses[^1].Step : 0):N0} steps in {metrics.TrainingSeconds / 60:0.0} minutes, without speaking and without measuring.\n");
        if (metrics.Final.Count > 0)
            RunReport.Scores(Line, metrics.Final, null);
        Line($"## Curves\n\n![loss]({RunPlots.LossFile})\n");
        if (metrics.Recalls.Count > 0)
            Line($"![recall]({RunPlots.RecallFile})\n");
        RunReport.Losses(Line, metrics.Losses);
        Line($"## Configuration\n\n```yaml\n{yaml.TrimEnd()}\n```");
        return text.ToString();
    }
}
