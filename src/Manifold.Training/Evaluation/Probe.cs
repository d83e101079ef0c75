namespace Manifold.Training;

/// <summary>One side of a retrieval test: a text, a picture or a recording.</summary>
/// <param name="Text">The text, or null.</param>
/// <param name="Picture">The picture, or null.</param>
/// <param name="Sound">The recording, or null.</param>
public sealed record Probe(string? Text, Picture? Picture, Sound? Sound)
{
    /// <summary>A probe of words.</summary>
    public static Probe Of(string text) => new(text, null, null);

    /// <summary>A probe of pixels.</summary>
    public static Probe Of(Picture picture) => new(null, picture, null);

    /// <summary>A probe of sound.</summary>
    public static Probe Of(Sound sound) => new(null, null, sound);
}
