using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Manifold.Index.Kernels;

/// <summary>
/// One accumulator a row. A short row has too few registers' worth of elements to fill several accumulators, so the independent
/// sums that hide the latency of the multiply-add come from four rows at once, which also share each load of the query.
/// </summary>
/// <remarks>
/// With n lanes, lane j of a row's accumulator holds Σ term(q[kn + j], r[kn + j]) over k. The remainder is one more register that
/// ends at the last element and so overlaps the one before it; the lanes that were counted already are masked to zero in query
/// and row (in both, for 0 · ∞ is NaN). Needs dimension ≥ n.
/// </remarks>
internal readonly unsafe struct ShortRowKernel<TLanes, TVector, TTerm> : IRowKernel
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
    where TTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Score(float* query, float* row, int dimension)
    {
        int last = dimension - TLanes.Count;
        TVector sums = default;
        int i = 0;
        for (; i <= last; i += TLanes.Count)
            sums = TTerm.Accumulate<TLanes, TVector>(TLanes.Load(query + i), TLanes.Load(row + i), sums);
        if (i < dimension)
        {
            TVector mask = TLanes.LastLanes(dimension - i);
            TVector q = TLanes.And(TLanes.Load(query + last), mask);
            sums = TTerm.Accumulate<TLanes, TVector>(q, TLanes.And(TLanes.Load(row + last), mask), sums);
        }

        return TTerm.Score(TLanes.Sum(sums));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Score(float* query, float* row0, float* row1, float* row2, float* row3, int dimension)
    {
        int last = dimension - TLanes.Count;
        TVector sums0 = default, sums1 = default, sums2 = default, sums3 = default;
        int i = 0;
        for (; i <= last; i += TLanes.Count)
        {
            TVector q = TLanes.Load(query + i);
            sums0 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.Load(row0 + i), sums0);
            sums1 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.Load(row1 + i), sums1);
            sums2 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.Load(row2 + i), sums2);
            sums3 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.Load(row3 + i), sums3);
        }

        if (i < dimension)
        {
            TVector mask = TLanes.LastLanes(dimension - i);
            TVector q = TLanes.And(TLanes.Load(query + last), mask);
            sums0 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.And(TLanes.Load(row0 + last), mask), sums0);
            sums1 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.And(TLanes.Load(row1 + last), mask), sums1);
            sums2 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.And(TLanes.Load(row2 + last), mask), sums2);
            sums3 = TTerm.Accumulate<TLanes, TVector>(q, TLanes.And(TLanes.Load(row3 + last), mask), sums3);
        }

        return Vector128.Create(
            TTerm.Score(TLanes.Sum(sums0)),
            TTerm.Score(TLanes.Sum(sums1)),
            TTerm.Score(TLanes.Sum(sums2)),
            TTerm.Score(TLanes.Sum(sums3)));
    }
}
