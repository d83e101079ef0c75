namespace Manifold.Training;

/// <summary>A small residual network over the picture at half its side: one stage for each entry of <see cref="Channels"/>, each at half the resolution of the one before.</summary>
public sealed record ConvolutionBranchConfig
{
    /// <summary>
    /// What each stage's channels are a multiple of. The tensor library's convolutions work on blocks of 16 channels (with AVX-512; of 8 with AVX2) and, in 2.10, read
    /// what memory held before in a block that is not full: gradients of 24 channels were NaN in 40 of 60 passes after the heap had been filled with NaN, those of 16, 32, 48 and 96 in none.
    /// </summary>
    internal const int ChannelBlock = 16;

    /// <summary>Whether the branch is there.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Channels of the stages, multiples of 16.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [32, 48, 96];

    /// <summary>Share of the flattened maps dropped in training.</summary>
    public double Dropout { get; init; } = 0.2;
}
