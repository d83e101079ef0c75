namespace Manifold.Client;

/// <summary>What scans read of each vector. Scores are exact with each of them: the float32 vectors are kept, and what comes near the best is scored by them.</summary>
public enum Precision
{
    /// <summary>The vectors themselves.</summary>
    Float32 = 1,

    /// <summary>Half the bytes.</summary>
    Float16 = 2,

    /// <summary>A quarter of the bytes, of a scale that is calibrated for each segment.</summary>
    Int8 = 3,
}
