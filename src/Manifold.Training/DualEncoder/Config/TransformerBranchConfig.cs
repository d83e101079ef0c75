namespace Manifold.Training;

/// <summary>
/// A Transformer (Vaswani et al., NeurIPS 2017; normalisation before each block) over a text's n-grams. It knows no positions: word n-grams
/// and the marks at the ends of words carry the order.
/// </summary>
public sealed record TransformerBranchConfig
{
    /// <summary>Whether the branch is there.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Width of the model; a multiple of <see cref="Heads"/>.</summary>
    public int Width { get; init; } = 96;

    /// <summary>Number of layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Attention heads of a layer.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward blocks.</summary>
    public int FeedForward { get; init; } = 192;

    /// <summary>Share of the values dropped in training.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>In training a text's n-grams beyond this many are left out, drawn at random.</summary>
    public int TrainTokens { get; init; } = 40;
}
