namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>A setting that was tried once over all queries.</summary>
/// <param name="Setting">As the peer takes it.</param>
/// <param name="Recall">The mean share of the true nearest rows.</param>
/// <param name="CpuQps">Queries a second of processor time.</param>
internal sealed record SweepPoint(string Setting, double Recall, double CpuQps);
