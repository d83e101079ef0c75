namespace Manifold.Training;

/// <summary>A run that ended, to be told of in the report of another one.</summary>
/// <param name="Metrics">What it came to.</param>
/// <param name="Config">Its configuration.</param>
internal sealed record AblationRun(TrainingMetrics Metrics, DualEncoderConfig Config)
{
    /// <summary>Reads the folder of a run.</summary>
    /// <exception cref="InvalidDataException">It is not that of a run that ended; the message names the file.</exception>
    public static AblationRun Read(string folder) => new(MetricsFile.Read(folder), DualEncoderConfigFile.Load(Path.Combine(folder, TrainingRun.ConfigFile)));
}
