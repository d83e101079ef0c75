using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>What the CCA trainer can be told. The defaults made the shipped bundle; docs/training.md says how they were chosen.</summary>
public sealed record CcaOptions
{
    /// <summary>Dimension of the shared space.</summary>
    public int Dimension { get; init; } = 160;

    /// <summary>Principal directions of the picture features that CCA sees.</summary>
    public int PictureRank { get; init; } = 500;

    /// <summary>Ridge on the picture side, as a share of the mean variance.</summary>
    public double PictureRidge { get; init; } = 0.3;

    /// <summary>Ridge on the text side, in units of an average text's weight: with 1, a text that shares nothing with others is learnt by half.</summary>
    public double TextRidge { get; init; } = 0.3;

    /// <summary>Steps of conjugate gradients on the text side.</summary>
    public int Iterations { get; init; } = 16;

    /// <summary>Each direction counts by its correlation to this power.</summary>
    public double CorrelationPower { get; init; } = 1.5;

    /// <summary>Exponent on the inverse document frequency of the n-grams.</summary>
    public double IdfPower { get; init; } = 1;

    /// <summary>Weight of a clip art's pairs beside an emoji picture's.</summary>
    public double ClipArtWeight { get; init; } = 0.5;

    /// <summary>Weight of the pairs whose text is label and tags (or title and keywords) together, beside the label alone.</summary>
    public double TagsWeight { get; init; } = 0.5;

    /// <summary>Also learn from each picture's mirror image, drawn a little smaller.</summary>
    public bool Mirror { get; init; } = true;

    /// <summary>Seed of the random projections.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The picture features.</summary>
    public PictureFeatureOptions Picture { get; init; } = new();

    /// <summary>The tokenizer that the bundle declares.</summary>
    public HashedNgramOptions Tokenizer { get; init; } = new() { Buckets = 32768 };

    /// <summary>The most n-grams of a text.</summary>
    public int MaxTokens { get; init; } = 256;
}
