using System.Collections.Concurrent;

namespace Manifold.Index.Partitions;

/// <summary>An open partition index with the memory of its searches, which is kept for the next ones. Safe for any number of threads.</summary>
internal sealed class SpaceIndex(PartitionIndex index) : IDisposable
{
    private readonly ConcurrentBag<PartitionSearch> _searches = [];

    /// <summary>The index.</summary>
    public PartitionIndex Index => index;

    /// <summary>Searches it: see <see cref="PartitionSearch.Search"/>.</summary>
    public void Search(
        ReadOnlySpan<float> query, ReadOnlySpan<ulong> allowed, float minimumScore, in ProbeEffort effort, int firstRow, TopK results, ref SearchEffort done, CancellationToken cancellationToken)
    {
        if (!_searches.TryTake(out var search))
            search = new PartitionSearch(index);
        try
        {
            search.Search(query, allowed, minimumScore, effort, firstRow, results, ref done, cancellationToken);
        }
        finally
        {
            _searches.Add(search);
        }
    }

    /// <summary>Gives the memory of searches back; none may be under way.</summary>
    public void Dispose()
    {
        while (_searches.TryTake(out var search))
            search.Dispose();
    }
}
