namespace Manifold.Training;

/// <summary>Weights of the terms of the loss; a weight of 0 leaves the term out.</summary>
public sealed record LossConfig
{
    /// <summary>Symmetric InfoNCE between pictures and texts.</summary>
    public double ImageText { get; init; } = 1;

    /// <summary>InfoNCE between two pictures of a concept.</summary>
    public double ImageImage { get; init; } = 0.5;

    /// <summary>InfoNCE between two captions of a concept.</summary>
    public double TextText { get; init; } = 0.3;

    /// <summary>Triplet loss with the hardest negative of the batch, between pictures and texts.</summary>
    public double Triplet { get; init; }

    /// <summary>Margin of the triplet loss, in units of the cosine.</summary>
    public double Margin { get; init; } = 0.2;

    /// <summary>Temperature that learning starts with.</summary>
    public double Temperature { get; init; } = 0.07;

    /// <summary>The temperature never falls below this.</summary>
    public double MinTemperature { get; init; } = 0.02;
}
