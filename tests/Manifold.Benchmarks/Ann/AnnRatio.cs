namespace Manifold.Benchmarks.Ann;

/// <summary>How many times as fast Manifold is as the fastest of the other libraries in the same run.</summary>
/// <param name="Target">The recall that both reach.</param>
/// <param name="Own">Manifold's searcher.</param>
/// <param name="BestOther">The fastest of the others.</param>
/// <param name="Qps">Ratio of queries a second.</param>
/// <param name="CpuQps">Ratio of queries a second of processor time.</param>
internal sealed record AnnRatio(double Target, string Own, string BestOther, double Qps, double CpuQps);
