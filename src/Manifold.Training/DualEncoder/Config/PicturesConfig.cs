namespace Manifold.Training;

/// <summary>How pictures are varied before the model sees them, and the fixed features beside their pixels.</summary>
public sealed record PicturesConfig
{
    /// <summary>Prepared versions of each picture, at least 1; the first is the picture as it is served.</summary>
    public int Variants { get; init; } = 12;

    /// <summary>
    /// Whether the model cuts away a white border first: drawings fill their square more or less, and features are those of places in the square. The
    /// model then takes pixels at twice the side.
    /// </summary>
    public bool Trim { get; init; } = true;

    /// <summary>Share of the versions that are mirrored, 0 to 1.</summary>
    public double Mirror { get; init; } = 0.5;

    /// <summary>The least size of a version beside the whole square, over 0 and at most 1.</summary>
    public double MinScale { get; init; } = 0.8;

    /// <summary>The greatest turn to either side, in degrees.</summary>
    public double Rotation { get; init; } = 10;

    /// <summary>The greatest change of the ratio of the sides, as a share.</summary>
    public double Stretch { get; init; } = 0.1;

    /// <summary>Share of the versions on a background of another colour than white.</summary>
    public double Background { get; init; } = 0.3;

    /// <summary>Share of the versions with turned hue, other saturation, brightness and contrast.</summary>
    public double Colour { get; init; } = 0.6;

    /// <summary>Share of the versions whose contours are drawn over in black, as cartoons and icons are.</summary>
    public double Outline { get; init; } = 0.5;

    /// <summary>Share of the versions whose fills are flattened to few colours.</summary>
    public double Flatten { get; init; } = 0.15;

    /// <summary>The gradient and colour features.</summary>
    public PictureFeatureOptions Features { get; init; } = new();
}
