using System.Runtime.Intrinsics;

namespace Manifold.Index.Kernels;

/// <summary>
/// Scores rows against a query. Both methods give the same row the same score to the last bit: the order of additions depends on
/// nothing but the dimension, so that a score does not depend on where in a block or under which mask a row is met.
/// </summary>
internal unsafe interface IRowKernel
{
    /// <summary>The score of one row.</summary>
    static abstract float Score(float* query, float* row, int dimension);

    /// <summary>The scores of four rows, which need not be neighbours.</summary>
    static abstract Vector128<float> Score(float* query, float* row0, float* row1, float* row2, float* row3, int dimension);
}
