using System.Runtime.CompilerServices;

namespace Manifold.Index.Kernels;

/// <summary>score = Σ 0 · rᵢ: zero if every rᵢ is finite, NaN otherwise. The query plays no part.</summary>
internal readonly struct FiniteTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Accumulate<TLanes, TVector>(TVector query, TVector row, TVector sums)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged =>
        TLanes.MultiplyAdd(default, row, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Score(float sum) => sum;
}
