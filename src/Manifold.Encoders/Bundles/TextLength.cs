namespace Manifold.Encoders;

/// <summary>How many tokens the text model's input has.</summary>
public enum TextLength
{
    /// <summary>As many as the longest text of the batch.</summary>
    Variable,

    /// <summary>Always <see cref="TextTower.MaxTokens"/>: what is shorter is padded.</summary>
    Fixed,
}
