using System.Runtime.CompilerServices;

namespace Manifold.Index.Kernels;

/// <summary>score = −Σ (qᵢ − rᵢ)²</summary>
internal readonly struct SquaredDistanceTerm : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Accumulate<TLanes, TVector>(TVector query, TVector row, TVector sums)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged
    {
        TVector difference = TLanes.Subtract(query, row);
        return TLanes.MultiplyAdd(difference, difference, sums);
    }

    // 0 − x rather than −x, so that the score of equal vectors is 0 and not −0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Score(float sum) => 0f - sum;
}
