namespace Manifold.Training;

/// <summary>The fixed picture features. Sides are in pixels; the defaults were chosen on the dev queries (docs/training.md).</summary>
public sealed record PictureFeatureOptions
{
    /// <summary>Side of the square input.</summary>
    public int Side { get; init; } = 64;

    /// <summary>Side of a cell of the gradient histograms; divides <see cref="Side"/>.</summary>
    public int Cell { get; init; } = 8;

    /// <summary>Orientation bins over half a turn; there are as many again for the other sign of the gradient.</summary>
    public int Orientations { get; init; } = 9;

    /// <summary>A gradient's share in a bin is its cosine to the bin's direction to this power: greater is sharper.</summary>
    public int Sharpness { get; init; } = 6;

    /// <summary>Added to the mean energy that a cell is divided by: greater lets strong contours count for more than faint shading.</summary>
    public float BlockFloor { get; init; } = 1e-3f;

    /// <summary>Cells of the colour grid along a side.</summary>
    public int ColourGrid { get; init; } = 4;

    /// <summary>Levels of each of red, green and blue in the colour histogram's palette.</summary>
    public int ColourLevels { get; init; } = 3;

    /// <summary>Weight of the colour histograms beside the gradients (each block is scaled to length 1 first).</summary>
    public float ColourWeight { get; init; } = 0.7f;

    /// <summary>Weight of the coarse gradients (cells of twice the side).</summary>
    public float CoarseWeight { get; init; } = 0.7f;

    /// <summary>Weight of the picture itself at the resolution of the cells.</summary>
    public float ThumbnailWeight { get; init; } = 0.5f;
}
