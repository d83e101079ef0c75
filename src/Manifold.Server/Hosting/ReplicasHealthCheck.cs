using Manifold.Grains;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Manifold.Server;

/// <summary>
/// Healthy once the replicas that belong on this silo are here. A rolling restart goes on to the next silo only then: before, the replicas of a shard may be on that one alone.
/// </summary>
internal sealed class ReplicasHealthCheck(PlacementAgent agent) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(agent.Missing switch
    {
        null => HealthCheckResult.Unhealthy("it is not known yet which replicas belong here"),
        [] => HealthCheckResult.Healthy(),
        [var first, ..] missing => HealthCheckResult.Unhealthy($"{missing.Count} replicas that belong here are not here yet, {first} among them"),
    });
}
