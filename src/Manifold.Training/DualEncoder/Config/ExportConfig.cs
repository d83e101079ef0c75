namespace Manifold.Training;

/// <summary>How the weights are stored in the bundle.</summary>
public sealed record ExportConfig
{
    /// <summary>Storage of matrices: <c>float32</c>, <c>float16</c> or <c>int8</c>; computation is in float32 with each.</summary>
    public WeightPrecision Weights { get; init; } = WeightPrecision.Int8;

    /// <summary>Whether the picture tower looks at each picture mirrored as well and gives the mean of both vectors: twice the work.</summary>
    public bool Mirror { get; init; }

    /// <summary>Share in a text's vector of a ridge regression from its n-grams to its pictures' vectors, solved after the training; 0 leaves it out. It doubles the size of the text tower.</summary>
    public double RegressionShare { get; init; }

    /// <summary>Ridge of that regression: with 1, a text that shares nothing with others is learnt by half.</summary>
    public double RegressionRidge { get; init; } = 0.3;

    /// <summary>Weight in that regression of each word without a picture, beside an average caption.</summary>
    public double RegressionWords { get; init; } = 1;
}
