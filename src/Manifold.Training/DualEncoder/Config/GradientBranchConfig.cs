namespace Manifold.Training;

/// <summary>A linear map and a perceptron with one hidden layer, side by side, over the standardised picture features.</summary>
public sealed record GradientBranchConfig
{
    /// <summary>Whether the branch is there.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Width of the hidden layer.</summary>
    public int Hidden { get; init; } = 768;

    /// <summary>Share of the features dropped in training.</summary>
    public double InputDropout { get; init; } = 0.2;

    /// <summary>Share of the hidden values dropped in training.</summary>
    public double Dropout { get; init; } = 0.2;
}
