using Manifold.Grains;

namespace Manifold.Server;

/// <summary>Opens the shards of all collections after a start, so that the first calls do not wait for them. The server answers meanwhile.</summary>
internal sealed partial class ShardWarmup(IGrainFactory grains, ILogger<ShardWarmup> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var collection in await grains.GetGrain<ICatalogGrain>(0).ListAsync())
        {
            for (var shard = 0; shard < collection.ShardCount && !stoppingToken.IsCancellationRequested; shard++)
            {
                try
                {
                    await grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard)).OpenAsync();
                }
                catch (Exception e)
                {
                    LogFailed(logger, collection.Name, shard, ErrorTranslation.Translate(e).Message);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Shard {Shard} of collection {Collection} cannot be opened: {Reason}")]
    private static partial void LogFailed(ILogger logger, string collection, int shard, string reason);
}
