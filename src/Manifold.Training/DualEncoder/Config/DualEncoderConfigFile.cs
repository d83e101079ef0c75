namespace Manifold.Training;

/// <summary>The YAML file of a dual encoder's run (docs/training.md, "The config file").</summary>
internal static class DualEncoderConfigFile
{
    /// <inheritdoc cref="ConfigFile.Load"/>
    public static DualEncoderConfig Load(string path) => ConfigFile.Load(path, new DualEncoderConfig(), DualEncoderConfigChecks.Problems);

    /// <summary>The config as canonical YAML, every key named: <see cref="Load"/> reads it back, and equal configs give equal texts.</summary>
    public static string Write(DualEncoderConfig config) => ConfigFileWriter.Write(config);
}
