namespace Manifold.Index;

/// <summary>The order of item ids, known by row number: what decides between equal scores.</summary>
public interface IRowOrder
{
    /// <summary>Negative if the item of <paramref name="rowA"/> has the smaller id, positive if that of <paramref name="rowB"/> has, 0 if the ids are equal.</summary>
    int CompareIds(int rowA, int rowB);
}
