namespace Manifold.Training;

/// <summary>Convolutions over time, then a Transformer, then a mean that attention weighs.</summary>
public sealed record AudioModelConfig
{
    /// <summary>Channels, a multiple of 16 and of <see cref="Heads"/>.</summary>
    public int Channels { get; init; } = 128;

    /// <summary>Residual blocks of convolutions, with dilations 1, 2, 4, …</summary>
    public int Blocks { get; init; } = 3;

    /// <summary>Layers of the Transformer.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Attention heads of a layer, and of the weighted mean.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward blocks.</summary>
    public int FeedForward { get; init; } = 256;

    /// <summary>Share of the values dropped in training.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Frames that are quieter than the loudest value of the recording by more than this, in units of the natural logarithm, count as silence.</summary>
    public double Range { get; init; } = 9;
}
