namespace Manifold.Index.Tests.Kernels;

/// <summary>Ids in the order of the rows.</summary>
internal sealed class RowNumbers : IRowOrder
{
    public static RowNumbers Instance { get; } = new();

    public int CompareIds(int rowA, int rowB) => rowA.CompareTo(rowB);
}
