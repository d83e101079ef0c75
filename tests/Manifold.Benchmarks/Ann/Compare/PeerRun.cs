namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>One pass of a peer over queries, one by one on one thread.</summary>
/// <param name="Seconds">By the wall clock.</param>
/// <param name="CpuSeconds">Of processor time.</param>
/// <param name="Microseconds">[queries].</param>
/// <param name="Rows">[different queries × k]: rows found; -1 where fewer were.</param>
internal sealed record PeerRun(double Seconds, double CpuSeconds, double[] Microseconds, int[] Rows);
