namespace Manifold.Index;

/// <summary>What a scan of a sealed segment reads of each vector. Scores are exact with every one of them: the float32 vectors are kept, and what comes near the best is scored by them.</summary>
public enum VectorPrecision
{
    /// <summary>The vectors themselves.</summary>
    Float32 = 0,

    /// <summary>IEEE 754 half-precision numbers: half the bytes.</summary>
    Float16 = 1,

    /// <summary>Bytes, of a scale that is calibrated for each segment: a quarter of the bytes.</summary>
    Int8 = 2,
}
