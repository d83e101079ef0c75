namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>What all peers are given, and what their answers are judged by.</summary>
/// <param name="Set">The truth.</param>
/// <param name="BasePath">Rows, .fvecs.</param>
/// <param name="QueriesPath">Queries, .fvecs.</param>
/// <param name="Metric">ip, cosine or l2.</param>
/// <param name="K">Hits of a query.</param>
internal sealed record ComparedSet(AnnSet Set, string BasePath, string QueriesPath, string Metric, int K)
{
    /// <summary>The mean share of the true nearest rows in a pass.</summary>
    public double RecallOf(PeerRun run)
    {
        var queries = run.Rows.Length / K;
        return Enumerable.Range(0, queries).Average(query => Set.RecallOf(query, run.Rows.AsSpan(query * K, K), K));
    }
}
