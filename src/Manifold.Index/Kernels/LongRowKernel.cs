using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Manifold.Index.Kernels;

/// <summary>
/// Four accumulators a row, one row after another: memory is read strictly in order, and the four independent sums hide the latency
/// of the multiply-add.
/// </summary>
/// <remarks>
/// With n lanes, register k of the row (elements kn … kn + n − 1) goes to accumulator k mod 4 while four whole registers are left,
/// later ones to accumulator 0. The masked remainder is that of <see cref="ShortRowKernel{TLanes, TVector, TTerm}"/>. The accumulators are
/// added as (0 + 1) + (2 + 3). Needs dimension ≥ n.
/// </remarks>
internal readonly unsafe struct LongRowKernel<TLanes, TVector, TTerm> : IRowKernel
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
    where TTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Score(float* query, float* row, int dimension)
    {
        int n = TLanes.Count;
        int last = dimension - n;
        TVector sums0 = default, sums1 = default, sums2 = default, sums3 = default;
        int i = 0;
        for (; i <= last - (3 * n); i += 4 * n)
        {
            sums0 = TTerm.Accumulate<TLanes, TVector>(TLanes.Load(query + i), TLanes.Load(row + i), sums0);
            sums1 = TTerm.Accumulate<TLanes, TVector>(TLanes.Load(query + i + n), TLanes.Load(row + i + n), sums1);
            sums2 = TTerm.Accumulate<TLanes, TVector>(TLanes.Load(query + i + (2 * n)), TLanes.Load(row + i + (2 * n)), sums2);
            sums3 = TTerm.Accumulate<TLanes, TVector>(TLanes.Load(query + i + (3 * n)), TLanes.Load(row + i + (3 * n)), sums3);
        }

        for (; i <= last; i += n)
            sums0 = TTerm.Accumulate<TLanes, TVector>(TLanes.Load(query + i), TLanes.Load(row + i), sums0);
        if (i < dimension)
        {
            TVector mask = TLanes.LastLanes(dimension - i);
            TVector q = TLanes.And(TLanes.Load(query + last), mask);
            sums1 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.And(TLanes.Load(row + last), mask), sums1);
        }

        return TTerm.Score(TLanes.Sum(TLanes.Add(TLanes.Add(sums0, sums1), TLanes.Add(sums2, sums3))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Score(float* query, float* row0, float* row1, float* row2, float* row3, int dimension) =>
        Vector128.Create(
            Score(query, row0, dimension),
            Score(query, row1, dimension),
            Score(query, row2, dimension),
            Score(query, row3, dimension));
}
