namespace Manifold.Training;

/// <summary>Weights of the terms of the loss.</summary>
public sealed record AudioLossConfig
{
    /// <summary>Symmetric InfoNCE between the directions of recordings and of their texts, from the middle of the teacher's vectors.</summary>
    public double Contrastive { get; init; } = 1;

    /// <summary>1 − cosine between the two.</summary>
    public double Cosine { get; init; } = 1;

    /// <summary>
    /// Connectionist temporal classification (Graves et al., ICML 2006) of what was said, as a synthesizer's phonemes or as letters, from the convolutions' frames: sounds of a language are few and are
    /// learnt soon, meanings are many.
    /// </summary>
    public double Transcript { get; init; } = 1;

    /// <summary>Temperature that learning starts with.</summary>
    public double Temperature { get; init; } = 0.05;

    /// <summary>The temperature never falls below this.</summary>
    public double MinTemperature { get; init; } = 0.02;
}
