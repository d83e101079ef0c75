namespace Manifold.Training;

/// <summary>How long and how fast it learns.</summary>
public sealed record ScheduleConfig
{
    /// <summary>Concepts of a batch; each gives two pictures and two captions.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Number of steps.</summary>
    public int Steps { get; init; } = 3000;

    /// <summary>The greatest learning rate, of AdamW: it rises to this and falls to a hundredth of it along a cosine.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps over which the learning rate rises.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>AdamW's decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 0.02;

    /// <summary>The same for the rows of the n-gram table: rare n-grams then leave what they can to frequent ones.</summary>
    public double TableDecay { get; init; }

    /// <summary>Decay a step of the running average of the weights, which is what is evaluated and shipped; 0 for none.</summary>
    public double Averaging { get; init; } = 0.998;

    /// <summary>Steps between measurements on the dev queries; 0 for none before the end.</summary>
    public int EvaluateEvery { get; init; } = 500;

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 250;
}
