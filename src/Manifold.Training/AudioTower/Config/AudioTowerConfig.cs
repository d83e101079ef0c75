namespace Manifold.Training;

/// <summary>
/// A run that teaches a tower of sound to a bundle, as its YAML file says it (keys in snake_case; docs/training.md lists them). What the file leaves out keeps its default.
/// </summary>
public sealed record AudioTowerConfig
{
    /// <summary>The bundle whose space is learnt: its text tower is the teacher. A folder, relative to the config file, or <c>default</c> for the shipped one.</summary>
    public string Base { get; init; } = BundleLocation.Default;

    /// <summary>The name of the bundle that is written, the base with the tower of sound; empty for the base's own.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its version; empty for the base's own.</summary>
    public string Version { get; init; } = "";

    /// <summary>What it is, for people; empty for the base's own.</summary>
    public string Description { get; init; } = "";

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads of the tensor library; 0 for as many as there are cores.</summary>
    public int Threads { get; init; }

    public AudioDataConfig Data { get; init; } = new();

    public SpectrogramConfig Spectrogram { get; init; } = new();

    public SpectrogramVariationConfig Variation { get; init; } = new();

    public AudioModelConfig Model { get; init; } = new();

    public AudioLossConfig Loss { get; init; } = new();

    public ScheduleConfig Schedule { get; init; } = new() { Batch = 128, Steps = 3000, EvaluateEvery = 500 };

    /// <summary>Storage of the matrices: <c>float32</c>, <c>float16</c> or <c>int8</c>; computation is in float32 with each.</summary>
    public WeightPrecision Weights { get; init; } = WeightPrecision.Int8;
}
