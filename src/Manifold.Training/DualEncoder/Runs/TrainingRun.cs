using System.Security.Cryptography;
using System.Text;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>A run from its config to its folder: checkpoint, then bundle, <c>metrics.json</c>, <c>report.md</c> and plots.</summary>
internal static class TrainingRun
{
    /// <summary>The bundle's folder within the run's.</summary>
    public const string BundleFolder = "bundle";

    /// <summary>The configuration with all defaults, within the run's folder.</summary>
    public const string ConfigFile = "config.yaml";

    /// <summary>Trains, or goes on where a killed run stopped, and writes what a run leaves behind.</summary>
    /// <param name="config">The run.</param>
    /// <param name="data">What it learns from.</param>
    /// <param name="folder">The run's folder; made if it is not there.</param>
    /// <param name="derived">Where prepared pictures are kept between runs.</param>
    /// <param name="baseline">A bundle to compare with, or null.</param>
    /// <param name="ablations">Runs that the report tells of beside this one.</param>
    /// <param name="log">Where progress is told.</param>
    /// <param name="cancellation">Ends it after the running step, with a checkpoint.</param>
    public static TrainingMetrics Execute(
        DualEncoderConfig config, TrainingData data, string folder, string derived, Bundle? baseline, IReadOnlyList<AblationRun> ablations, TextWriter log, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string yaml = DualEncoderConfigFile.Write(config);
        int pictures = data.Concepts.Sum(concept => concept.Pictures.Count);
        log.WriteLine($"{data.Concepts.Count:N0} concepts, {pictures:N0} pictures; {data.Skipped.Count:N0} pairs skipped; run in {folder}");
        foreach (var skipped in data.Skipped.Take(5))
            log.WriteLine($"  skipped {skipped.Place}: {skipped.Reason}");
        using var trainer = new DualEncoderTrainer(config, data, folder, derived, log, cancellation);

        // Not before: a checkpoint of another configuration is refused, and what is told of that one must stay.
        File.WriteAllText(Path.Combine(folder, ConfigFile), yaml);
        trainer.Run(cancellation);

        string bundleFolder = Path.Combine(folder, BundleFolder);
        DualEncoderBundle.Write(bundleFolder, trainer.Average, config, trainer.Rows, config.Export.RegressionShare > 0 ? trainer.Regress() : null);
        var bundle = Bundle.Load(bundleFolder);
        var metrics = new TrainingMetrics
        {
            Name = config.Name,
            Seed = config.Seed,
            ConfigSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml))),
            Concepts = data.Concepts.Count,
            Pictures = pictures,
            Texts = trainer.Texts,
            Words = trainer.Words,
            Skipped = data.Skipped,
            ImageParameters = trainer.Average.Image.parameters().Sum(parameter => parameter.numel()),
            TextParameters = trainer.Average.Text.parameters().Sum(parameter => parameter.numel()),
            TrainingSeconds = trainer.State.Seconds,
            Losses = trainer.State.Losses,
            Recalls = trainer.State.Recalls,
            Final = Score(bundle, data.Tests),
            BundleBytes = Directory.EnumerateFiles(bundleFolder).Sum(file => new FileInfo(file).Length),
        };
        MetricsFile.Write(folder, metrics);
        RunPlots.Write(folder, metrics);
        (string, IReadOnlyList<RetrievalScores>)? compared = baseline is null ? null : (baseline.Manifest.Name, Score(baseline, data.Tests));
        string report = Path.Combine(folder, RunReport.FileName);
        File.WriteAllText(report, RunReport.Write(metrics, yaml, compared, ablations.Count > 0 ? AblationSection.Write(new AblationRun(metrics, config), ablations) : ""));
        log.WriteLine($"bundle of {metrics.BundleBytes / 1e6:0.0} MB in {bundleFolder}; report in {report}");
        return metrics;
    }

    private static IReadOnlyList<RetrievalScores> Score(Bundle bundle, IReadOnlyList<RetrievalTest> tests)
    {
        if (tests.Count == 0)
            return [];
        using var encoder = new BundleProbeEncoder(bundle);
        return Evaluator.Run(tests, encoder).Tests;
    }
}
