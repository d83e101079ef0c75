namespace Manifold.Benchmarks.Ann;

/// <summary>What one searcher reached at one target.</summary>
/// <param name="Searcher">flat: exact, all rows; otherwise the kind of index, or a library that was compared.</param>
/// <param name="Target">The recall asked for.</param>
/// <param name="Recall">The mean share of the true nearest rows found.</param>
/// <param name="Qps">Queries a second, over all threads: the median of the rounds.</param>
/// <param name="CpuQps">Queries a second of processor time of one thread: what the former would be if no other program ran.</param>
/// <param name="P50Us">Median microseconds of a query.</param>
/// <param name="P99Us">99th percentile.</param>
/// <param name="BuildS">Seconds of processor time that the index took to build.</param>
/// <param name="MemoryBytes">Bytes in memory beside the vectors.</param>
/// <param name="DiskBytes">Bytes of all files; 0 for a library that was compared, where it is not measured.</param>
/// <param name="Setting">What was chosen for a library that was compared: its index and the effort of a search; null for our own.</param>
internal sealed record AnnFigures(
    string Searcher, double Target, double Recall, double Qps, double CpuQps, double P50Us, double P99Us, double BuildS, long MemoryBytes, long DiskBytes, string? Setting = null)
{
    /// <summary>Whether it is Manifold's.</summary>
    public bool IsOwn => Setting is null;
}
