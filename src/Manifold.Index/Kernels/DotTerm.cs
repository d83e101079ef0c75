using System.Runtime.CompilerServices;

namespace Manifold.Index.Kernels;

/// <summary>score = Σ qᵢ · rᵢ</summary>
internal readonly struct DotTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Accumulate<TLanes, TVector>(TVector query, TVector row, TVector sums)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged =>
        TLanes.MultiplyAdd(query, row, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Score(float sum) => sum;
}
