namespace Manifold.Encoders;

/// <summary>Hertz to mel.</summary>
public enum MelScale
{
    /// <summary>Linear below 1 kHz, 15 mel = 1 kHz, then 27 mel for each factor of 6.4 (Slaney, <i>Auditory Toolbox</i>, 1998).</summary>
    Slaney,

    /// <summary>2595 log10(1 + f/700) (Young et al., <i>The HTK Book</i>).</summary>
    Htk,
}
