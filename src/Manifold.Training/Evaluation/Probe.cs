namespace Manifold.Training;

/// <summary>One side of a retrieval test: a text or a picture.</summary>
/// <param name="Text">The text, or null.</param>
/// <param name="Picture">The picture, or null.</param>
public sealed record Probe(string? Text, Picture? Picture)
{
    /// <summary>A probe of words.</summary>
    public static Probe Of(string text) => new(text, null);

    /// <summary>A probe of pixels.</summary>
    public static Probe Of(Picture picture) => new(null, picture);
}
