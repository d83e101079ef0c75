namespace Manifold.Index.Partitions;

/// <summary>How a <see cref="PartitionIndex"/> is built.</summary>
internal sealed record PartitionOptions
{
    /// <summary>Fewer vectors than this are searched faster without an index.</summary>
    public int MinRows { get; init; } = 10_000;

    /// <summary>Bits of a code an element, 1 to 4.</summary>
    public int Bits { get; init; } = 4;

    /// <summary>Number of partitions; 0 for the square root of the vectors times <see cref="PartitionsPerRoot"/>.</summary>
    public int Partitions { get; init; }

    /// <summary>Points that centroids are learnt from, for each centroid.</summary>
    public int SamplesPerPartition { get; init; } = 48;

    /// <summary>Rounds of k-means.</summary>
    public int Iterations { get; init; } = 6;

    /// <summary>Sampled queries that recall is measured with.</summary>
    public int RecallQueries { get; init; } = 1000;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    internal const double PartitionsPerRoot = 4;

    /// <summary>Number of partitions for a number of vectors.</summary>
    public int PartitionsFor(int rows) => Math.Clamp(Partitions > 0 ? Partitions : (int)(PartitionsPerRoot * Math.Sqrt(rows)), 1, Math.Max(1, rows / 2));
}
