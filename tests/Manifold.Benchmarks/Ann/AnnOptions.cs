using Manifold.Benchmarks.Ann.Compare;
using Manifold.Index;

namespace Manifold.Benchmarks.Ann;

/// <summary>What <c>ann</c> is asked for.</summary>
internal sealed record AnnOptions
{
    /// <summary>Rows, .fvecs.</summary>
    public required string Base { get; init; }

    /// <summary>Queries, .fvecs.</summary>
    public required string Queries { get; init; }

    /// <summary>Their nearest rows, .ivecs; null: found by exact search.</summary>
    public string? Truth { get; init; }

    /// <summary>ip, cosine or l2.</summary>
    public required string Metric { get; init; }

    /// <summary>What scans read of each vector: exact search is by such codes where it is not float32.</summary>
    public VectorPrecision Precision { get; init; }

    /// <summary>The share of the rows that a filter allows, 1 for no filter.</summary>
    public double Allowed { get; init; } = 1;

    /// <summary>Hits of a query.</summary>
    public required int K { get; init; }

    /// <summary>Recall.</summary>
    public required IReadOnlyList<double> Targets { get; init; }

    /// <summary>Threads of our own search.</summary>
    public required int Threads { get; init; }

    /// <summary>Rounds of all searchers.</summary>
    public required int Rounds { get; init; }

    /// <summary>Libraries of <see cref="PeerCatalog.Names"/>; none: no comparison.</summary>
    public required IReadOnlyList<string> Compared { get; init; }

    /// <summary>Where to write the figures.</summary>
    public FileInfo? Json { get; init; }

    /// <summary>Where to draw recall against rate.</summary>
    public FileInfo? Plot { get; init; }
}
