namespace Manifold.Encoders;

/// <summary>How a picture of one shape meets a box of another.</summary>
public enum ImageFit
{
    /// <summary>The whole picture, centred, the rest of the box filled with the background.</summary>
    Contain,

    /// <summary>The whole box, the picture's overhang cut off evenly.</summary>
    Cover,

    /// <summary>The whole picture in the whole box; proportions change.</summary>
    Stretch,

    /// <summary>
    /// Resized until the shorter side has <see cref="ImagePreprocessing.ShortestEdge"/> pixels (and the longer one a whole number, rounded down), then
    /// the box cut out of the middle, the odd pixel left over below and right.
    /// </summary>
    CenterCrop,
}
