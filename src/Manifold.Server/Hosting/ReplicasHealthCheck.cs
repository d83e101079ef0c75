using Manifold.Grains;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Manifold.Server;

/// <summary>
/// Healthy once the replicas that belong on this silo are here. A rolling restart goes on to the next silo only then: before, the replicas of a shard may be on that one alone.
/// </summary>
internal sealed class ReplicasHealthCheck(PlacementAgent agent) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var missing = await agent.MissingAsync().WaitAsync(Patience, cancellationToken);
            return missing.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"{missing.Count} replicas that belong here are not here yet, {missing[0]} among them");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"the catalog does not answer: {e.Message}", e);
        }
    }
}
