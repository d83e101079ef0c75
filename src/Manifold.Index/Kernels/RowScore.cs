namespace Manifold.Index.Kernels;

/// <summary>The score of one pair of vectors, by the kernel that a scan would use.</summary>
internal readonly unsafe ref struct RowScore(float* query, float* row, int dimension) : IKernelVisitor<float>
{
    private readonly float* _query = query;
    private readonly float* _row = row;

    public float Visit<TKernel>()
        where TKernel : struct, IRowKernel =>
        TKernel.Score(_query, _row, dimension);
}
