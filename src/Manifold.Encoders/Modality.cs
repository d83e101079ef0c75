namespace Manifold.Encoders;

/// <summary>What kind of content an item or a query is.</summary>
public enum Modality
{
    /// <summary>Text in any language.</summary>
    Text,

    /// <summary>A still picture.</summary>
    Image,

    /// <summary>A sound recording.</summary>
    Audio,

    /// <summary>Moving pictures, with or without sound.</summary>
    Video,
}
