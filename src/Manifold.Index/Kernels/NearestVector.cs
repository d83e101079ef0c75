using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Manifold.Index.Kernels;

/// <summary>The row of a block that is nearest to a query, of equal ones the first, and its score.</summary>
internal readonly unsafe struct NearestVector(float* query, in VectorBlock block) : IKernelVisitor<(int Row, float Score)>
{
    private readonly float* _query = query;
    private readonly float* _rows = block.Rows;
    private readonly int _count = block.Count;
    private readonly int _dimension = block.Dimension;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int Row, float Score) Visit<TKernel>()
        where TKernel : struct, IRowKernel
    {
        nint stride = _dimension;
        var row = _rows;
        var (nearest, best) = (0, float.NegativeInfinity);
        var i = 0;
        for (; i <= _count - 4; i += 4, row += 4 * stride)
        {
            var scores = TKernel.Score(_query, row, row + stride, row + (2 * stride), row + (3 * stride), _dimension);
            if (!Vector128.GreaterThanAny(scores, Vector128.Create(best)))
                continue;
            for (var j = 0; j < 4; j++)
                if (scores[j] > best) (nearest, best) = (i + j, scores[j]);
        }

        for (; i < _count; i++, row += stride)
        {
            var score = TKernel.Score(_query, row, _dimension);
            if (score > best) (nearest, best) = (i, score);
        }

        return (nearest, best);
    }
}
