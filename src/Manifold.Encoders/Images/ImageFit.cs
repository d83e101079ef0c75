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
}
