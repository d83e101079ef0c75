namespace Manifold.Client;

/// <summary>What an item is made of. The values are those of the wire.</summary>
public enum Modality
{
    /// <summary>An item that has vectors only.</summary>
    None = 0,
    Text = 1,
    Image = 2,
    Audio = 3,
    Video = 4,
}
