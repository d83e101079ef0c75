namespace Manifold.Index.Tests.Kernels;

/// <summary>Gives every row a random item id, so that the order of ids is not that of rows.</summary>
internal sealed class ShuffledIds : IRowOrder
{
    private readonly int[] _ids;

    public ShuffledIds(Random random, int count)
    {
        _ids = [.. Enumerable.Range(0, count)];
        random.Shuffle(_ids);
    }

    public int Calls { get; private set; }

    public int IdOf(int row) => _ids[row];

    public int CompareIds(int rowA, int rowB)
    {
        Calls++;
        return _ids[rowA].CompareTo(_ids[rowB]);
    }
}
