using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Manifold.Grains;

/// <summary>
/// Compares the replicas of each shard every now and then, and has one that differs from its leader made anew, with an error in the log. The silo with rank 1 of a shard does it, one shard
/// after the other. A shard that is written to all the time is not compared: its replicas are at different positions whenever they are looked at.
/// </summary>
public sealed partial class ReplicaWatch(
    IGrainFactory grains, ReplicaAudit audit, LocalReplicas replicas, PlacementOptions options, ILogger<ReplicaWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (options.CompareEvery > TimeSpan.Zero)
            {
                await Task.Delay(options.CompareEvery, stoppingToken);
                foreach (var (key, _) in replicas.All.Where(replica => ShardKey.RankOf(replica.Key) == 1))
                {
                    await CompareAsync(key, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task CompareAsync(string key, CancellationToken cancellationToken)
    {
        var (id, shard) = ShardKey.Parse(key);
        try
        {
            if (await grains.GetGrain<ICatalogGrain>(0).FindByIdAsync(id) is not { } collection)
            {
                return;
            }
            var rows = await audit.CompareAsync(collection, ShardKey.NumberOf(shard), rebuild: true, cancellationToken);
            var rebuilt = rows.Where(row => row.Rebuilt).ToArray();
            foreach (var row in rebuilt)
            {
                LogDiffered(logger, ShardKey.Format(collection.Id, row.Shard, row.Rank), row.Silo);
            }

            // Also none that differed: a counter that is first seen at 1 has not grown, as far as increase() knows.
            GrainMetrics.ReplicasCompared.Add(0, new("collection", collection.Name), new("result", "differs"));
            GrainMetrics.ReplicasCompared.Add(1, new("collection", collection.Name), new("result", rebuilt.Length > 0 ? "differs" : ReplicaAudit.Agree(rows) ? "same" : "unsettled"));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogNotCompared(logger, shard, ErrorTranslation.Translate(e).Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Replica {Replica} on {Silo} differed from its leader at the same position, and was made anew: memory or a disk there may be failing.")]
    private static partial void LogDiffered(ILogger logger, string replica, SiloAddress? silo);

    [LoggerMessage(Level = LogLevel.Information, Message = "The replicas of {Shard} were not compared: {Reason}")]
    private static partial void LogNotCompared(ILogger logger, string shard, string reason);
}
