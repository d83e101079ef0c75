using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Shapes of the two towers.</summary>
public sealed record ModelConfig
{
    /// <summary>Dimension of the shared space.</summary>
    public int Dimension { get; init; } = 192;

    /// <summary>The branch over oriented gradients and colour.</summary>
    public GradientBranchConfig Gradients { get; init; } = new();

    /// <summary>The convolutional branch over pixels.</summary>
    public ConvolutionBranchConfig Convolutions { get; init; } = new();

    /// <summary>The branch that sums hashed n-grams.</summary>
    public NgramBranchConfig Ngrams { get; init; } = new();

    /// <summary>The Transformer over the same n-grams.</summary>
    public TransformerBranchConfig Transformer { get; init; } = new();

    /// <summary>The tokenizer that the bundle declares.</summary>
    public HashedNgramOptions Tokenizer { get; init; } = new() { Buckets = 32768 };

    /// <summary>The most rows of the n-gram table: the buckets that most captions have share them, two a row at most; the others are left out of texts.</summary>
    public int Rows { get; init; } = 32768;

    /// <summary>The most n-grams of a text.</summary>
    public int MaxTokens { get; init; } = 256;
}
