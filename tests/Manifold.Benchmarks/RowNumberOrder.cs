using Manifold.Index;

namespace Manifold.Benchmarks;

/// <summary>Rows without ids: equal scores by row number.</summary>
internal sealed class RowNumberOrder : IRowOrder
{
    public int CompareIds(int rowA, int rowB) => rowA.CompareTo(rowB);
}
