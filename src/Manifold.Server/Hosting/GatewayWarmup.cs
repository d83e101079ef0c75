using Manifold.Grains;

namespace Manifold.Server;

/// <summary>
/// Runs one search of each collection's kind before a gateway of a cluster listens, so that the first callers wait neither for the catalog nor for code to be compiled. Nothing depends on it.
/// </summary>
internal sealed partial class GatewayWarmup(CatalogCache collections, Coordinator coordinator, IGrainFactory grains, ILogger<GatewayWarmup> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            foreach (var info in (await grains.GetGrain<ICatalogGrain>(0).ListAsync().WaitAsync(patience.Token)).Where(info => !info.IsRestoring))
            {
                var collection = await collections.GetAsync(info.Name);
                var space = collection.Spaces[0];
                var vector = new float[space.Dimension];
                vector[0] = 1;
                var ask = new ShardSearch(space.Name, System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()).ToArray(), 1, null, null, 0);
                await coordinator.SearchAsync(
                    new CollectionSearch(collection, ask, [], [], WithItems: true, WithVectors: false, AllowPartial: true, Limit: 1), patience.Token);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotWarm(logger, ErrorTranslation.Translate(e).Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "The gateway starts cold: {Reason}")]
    private static partial void LogNotWarm(ILogger logger, string reason);
}
