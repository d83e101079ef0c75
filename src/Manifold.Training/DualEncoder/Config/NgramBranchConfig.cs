namespace Manifold.Training;

/// <summary>A weighted sum of the n-grams' rows, with a residual perceptron after it.</summary>
public sealed record NgramBranchConfig
{
    /// <summary>Whether the branch is there.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Width of the residual perceptron's hidden layer; 0 for none.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>Share of the n-grams dropped in training; the Transformer sees the same ones.</summary>
    public double TokenDropout { get; init; } = 0.2;

    /// <summary>Share of the hidden values dropped in training.</summary>
    public double Dropout { get; init; } = 0.1;
}
