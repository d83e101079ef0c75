using System.Runtime.CompilerServices;

namespace Manifold.Index.Kernels;

/// <summary>The score of one pair of vectors, by the kernel that a scan would use.</summary>
internal readonly unsafe struct RowScore(float* query, float* row, int dimension) : IKernelVisitor<float>
{
    private readonly float* _query = query;
    private readonly float* _row = row;

    // Fully optimised at once, as the scan is: what the tiers make of an estimate need not agree in the last bit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float Visit<TKernel>()
        where TKernel : struct, IRowKernel =>
        TKernel.Score(_query, _row, dimension);
}
