namespace Manifold.Training;

/// <summary>
/// A training run, as its YAML file says it (keys in snake_case; docs/training.md lists them). What the file leaves out keeps its default. A run
/// is determined by this, the data and the number of threads.
/// </summary>
public sealed record DualEncoderConfig
{
    /// <summary>The bundle's name.</summary>
    public string Name { get; init; } = "dual-encoder";

    /// <summary>The bundle's version.</summary>
    public string Version { get; init; } = "1.0.0";

    /// <summary>What the bundle is, for people; stands in its manifest.</summary>
    public string Description { get; init; } = "";

    /// <summary>SPDX expression of the weights' licence, or empty.</summary>
    public string License { get; init; } = "";

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads of the tensor library; 0 for as many as there are cores.</summary>
    public int Threads { get; init; }

    public DataConfig Data { get; init; } = new();

    public PicturesConfig Pictures { get; init; } = new();

    public ModelConfig Model { get; init; } = new();

    public LossConfig Loss { get; init; } = new();

    public ScheduleConfig Schedule { get; init; } = new();

    public ExportConfig Export { get; init; } = new();
}
