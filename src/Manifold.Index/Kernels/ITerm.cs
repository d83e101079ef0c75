namespace Manifold.Index.Kernels;

/// <summary>What one pair of elements adds to a sum over a query and a row, and how the sum becomes a score.</summary>
internal interface ITerm
{
    /// <summary>Adds the terms of one register of the query and one of the row to the running sums.</summary>
    static abstract TVector Accumulate<TLanes, TVector>(TVector query, TVector row, TVector sums)
        where TLanes : ILanes<TVector>
        where TVector : unmanaged;

    /// <summary>The score that belongs to the finished sum.</summary>
    static abstract float Score(float sum);
}
