namespace Manifold.Encoders;

/// <summary>The logarithm of a band's energy e.</summary>
public enum MelLogarithm
{
    /// <summary>ln e.</summary>
    Ln,

    /// <summary>log10 e.</summary>
    Log10,

    /// <summary>10 log10 e.</summary>
    Decibel,
}
