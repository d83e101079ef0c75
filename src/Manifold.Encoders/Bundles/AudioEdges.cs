namespace Manifold.Encoders;

/// <summary>What frames see beyond the first and the last sample.</summary>
public enum AudioEdges
{
    /// <summary>The samples mirrored, the outermost one not repeated: x[−i] = x[i].</summary>
    Reflect,

    /// <summary>Zeros.</summary>
    Zeros,
}
