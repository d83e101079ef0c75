namespace Manifold.Encoders;

/// <summary>The height of a triangular filter from a to b Hz.</summary>
public enum MelNorm
{
    /// <summary>2 / (b − a): every filter has the same area.</summary>
    Slaney,

    /// <summary>1.</summary>
    None,
}
