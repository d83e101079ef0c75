namespace Manifold.Index.Kernels;

/// <summary>The rungs of the instruction-set ladder, by lanes of a register.</summary>
internal enum VectorWidth
{
    Scalar = 1,
    Bits128 = 4,
    Bits256 = 8,
    Bits512 = 16,
}
