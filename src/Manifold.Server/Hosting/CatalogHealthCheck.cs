using Manifold.Grains;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Manifold.Server;

/// <summary>Healthy while the catalog answers: without it no collection can be reached.</summary>
internal sealed class CatalogHealthCheck(IGrainFactory grains) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await grains.GetGrain<ICatalogGrain>(0).ListAsync().WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"the catalog does not answer: {e.Message}", e);
        }
    }
}
