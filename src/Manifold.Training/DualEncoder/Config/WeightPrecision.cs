namespace Manifold.Training;

/// <summary>Storage of matrices in an exported model. Computation is in float32 with each.</summary>
public enum WeightPrecision
{
    Float32,

    Float16,

    /// <summary>One float32 scale a row of the n-gram table and a column of the other matrices; biases stay float32.</summary>
    Int8,
}
