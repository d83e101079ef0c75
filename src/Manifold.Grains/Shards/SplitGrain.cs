using Microsoft.Extensions.Logging;

namespace Manifold.Grains;

[ShardRole]
internal sealed partial class SplitGrain(ILogger<SplitGrain> logger) : Grain, ISplitGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50), CompleteAfter = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// A shard this close behind its parent has the rest in a moment: for so long writes wait. Thousands of records are applied in a second.
    /// </summary>
    private const long CloseBehind = 1000;

    private IGrainTimer? _timer;
    private SplitProgress? _progress;
    private bool _isSplitting;

    private ICatalogGrain Catalog => GrainFactory.GetGrain<ICatalogGrain>(0);

    public Task ResumeAsync()
    {
        _timer ??= this.RegisterGrainTimer(StepAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Period) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task<SplitProgress?> GetProgressAsync() => Task.FromResult(_progress);

    /// <summary>What is to be done next, once: whatever fails is done again at the next step.</summary>
    private async Task StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await Catalog.FindByIdAsync(this.GetPrimaryKeyString()) is not { SplitTo: > 0 } collection)
            {
                Stop();
                return;
            }
            var children = await Task.WhenAll(Numbers(collection.ShardCount, collection.SplitTo).Select(shard => Shard(collection, shard).InheritAsync()));
            _progress = new SplitProgress(children.Length, children.Count(IsClose));
            if (!_isSplitting && !children.All(IsClose))
            {
                return;
            }
            if (!_isSplitting)
            {
                LogSplitting(logger, collection.Name, collection.ShardCount, collection.SplitTo);
                _isSplitting = true;
            }

            // From here writes wait, until the catalog says what there is. A shard that is split already says so.
            await Task.WhenAll(Numbers(0, collection.ShardCount).Select(shard => Shard(collection, shard).SplitAsync(collection.SplitTo)));
            while (!children.All(child => child.IsComplete))
            {
                await Task.Delay(CompleteAfter, cancellationToken);
                children = await Task.WhenAll(Numbers(collection.ShardCount, collection.SplitTo).Select(shard => Shard(collection, shard).InheritAsync()));
            }
            await Catalog.FinishSplitAsync(collection.Id);
            LogSplit(logger, collection.Name, collection.SplitTo);
            Stop();
            await Task.WhenAll(Enumerable.Range(0, collection.ReplicaCount).SelectMany(rank => Numbers(0, collection.SplitTo)
                .Select(shard => TellAsync(GrainFactory.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard, rank)), collection.SplitTo))));
        }
        catch (Exception e)
        {
            LogInterrupted(logger, this.GetPrimaryKeyString(), ErrorTranslation.Translate(e).Message);
        }
    }

    private void Stop()
    {
        _timer?.Dispose();
        (_timer, _isSplitting) = (null, false);
        DeactivateOnIdle();
    }

    /// <summary>Nothing depends on it: the first who asks knows as well.</summary>
    private static async Task TellAsync(IShardGrain shard, int shardCount)
    {
        try
        {
            await shard.FinishSplitAsync(shardCount);
        }
        catch (Exception e) when (ErrorTranslation.Translate(e).Kind is ErrorKind.Unavailable or ErrorKind.NotFound)
        {
            // It opens from what is stored, or is no more.
        }
    }

    private static bool IsClose(ShardInheritance child) => child.Behind <= CloseBehind;

    private static IEnumerable<int> Numbers(int from, int to) => Enumerable.Range(from, to - from);

    private IShardGrain Shard(CollectionInfo collection, int shard) => GrainFactory.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard));

    [LoggerMessage(Level = LogLevel.Information, Message = "Collection {Collection}: its {ShardCount} shards are split into {SplitTo} now; writes wait.")]
    private static partial void LogSplitting(ILogger logger, string collection, int shardCount, int splitTo);

    [LoggerMessage(Level = LogLevel.Information, Message = "Collection {Collection} has {ShardCount} shards.")]
    private static partial void LogSplit(ILogger logger, string collection, int shardCount);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The split of {Collection} was interrupted, and goes on: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string collection, string reason);
}
