using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Manifold.Index;
using Manifold.Shards;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Manifold.Grains;

[ShardRole]
[ShardPlacement]
[Immovable]
internal sealed partial class ShardGrain(
    ShardHost shards, ShardServices services, SearchThreads threads, LocalReplicas replicas, ILocalSiloDetails silo, ILogger<ShardGrain> logger) : Grain, IShardGrain
{
    /// <summary>How long a replica that was told of a position lets its leader wait.</summary>
    private static readonly TimeSpan AdvancePatience = TimeSpan.FromSeconds(2);

    private Task<CollectionInfo>? _collection;
    private ReplicaFeed? _feed;

    private (string CollectionId, string Shard) Key => ShardKey.Parse(this.GetPrimaryKeyString());

    private bool Leads => ShardKey.RankOf(this.GetPrimaryKeyString()) == 0;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // A replica stays until placement wants it elsewhere.
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        replicas.Add(this.GetPrimaryKeyString(), this.AsReference<IShardGrain>());
        if (Leads)
        {
            // Writes need not wait for the first of them.
            _ = LeadAsync();
        }
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var isNeeded = replicas.Remove(this.GetPrimaryKeyString());
        if (reason.ReasonCode == DeactivationReasonCode.ShuttingDown)
        {
            // The silo closes all of them.
            return;
        }
        try
        {
            if (!isNeeded)
            {
                await shards.CloseAsync(Key.Shard, cancellationToken);
            }
            else if (Leads)
            {
                await shards.FollowAsync(await GetDefinitionAsync(), cancellationToken);
            }
        }
        catch (Exception e)
        {
            // It is read from where it was left until something asks for it again.
            LogNotReleased(logger, Key.Shard, e.Message);
        }
    }

    public Task<ShardWritten> WriteAsync(ShardWrite write, int shardCount, CancellationToken cancellationToken) =>
        WithLeaderAsync(
            async engine =>
            {
                var started = Stopwatch.GetTimestamp();
                using var activity = Trace("write shard");
                await LearnSchemaAsync(engine, write.SchemaVersion ?? 0);
                var result = await engine.WriteAsync(write.Batch, OfEngine(write.Level), cancellationToken, shardCount, write.SchemaVersion);
                return await CompleteAsync(result, write.Level, started, cancellationToken);
            },
            cancellationToken);

    public Task<ShardUpdated> UpdateAsync(ShardUpdate update, int shardCount, CancellationToken cancellationToken) =>
        WithLeaderAsync(
            async engine =>
            {
                var started = Stopwatch.GetTimestamp();
                using var activity = Trace("write shard");
                var result = await engine.UpdateAsync(
                    Array.ConvertAll(update.Updates, item => item.ToUpdate()), update.Writer, update.Sequence, OfEngine(update.Level), cancellationToken, shardCount);
                return new ShardUpdated(
                    result.Written is { } written ? await CompleteAsync(written, update.Level, started, cancellationToken) : null,
                    [.. result.Failures.Select(failure => new UnchangedItem(failure.Index, failure.Error?.Field ?? "", failure.Error?.Message ?? ""))]);
            },
            cancellationToken);

    public async Task<ShardHits> SearchAsync(ShardSearch search, int shardCount, CancellationToken cancellationToken)
    {
        using var activity = Trace("search shard");
        var vector = MemoryMarshal.Cast<byte, float>(search.Vector).ToArray();
        var (hits, effort) = await WithEngineAsync(
            shardCount,
            search.AtLeast,
            engine => engine.HasSpace(search.Space)
                ? threads.SearchAsync(
                    engine, new SearchQuery(search.Space, vector, search.Limit, ReadFilter(search.Filter), search.ScoreThreshold, search.Recall), cancellationToken, shardCount)
                // The catalog has it, and nothing was written here since: no item has a vector in it.
                : Task.FromResult(new SearchAnswer([], default)),
            cancellationToken);
        activity?.SetTag("manifold.rows_scanned", effort.Scanned).SetTag("manifold.rows_scored", effort.Scored).SetTag("manifold.hits", hits.Count);
        return new ShardHits([.. hits.Select(h => h.Id)], HitMerge.PackScores(hits), [effort.Partitions, effort.Scanned, effort.Refined, effort.Scored], HitMatches.Pack(hits));
    }

    public async Task<ShardHits> MatchAsync(ShardMatch match, int shardCount, CancellationToken cancellationToken)
    {
        using var activity = Trace("match shard");
        var answer = await ReadAsync(shardCount, match.AtLeast, view =>
        {
            var hits = view.SearchText(new TextQuery(match.Text, match.Limit, match.Fields, match.AllTerms, ReadFilter(match.Filter)), cancellationToken);
            return new ShardHits([.. hits.Select(h => h.Id)], HitMerge.PackScores(hits), []);
        }, cancellationToken);
        activity?.SetTag("manifold.hits", answer.Ids.Length);
        return answer;
    }

    public Task<ShardItems> GetAsync(ShardGet get, int shardCount, CancellationToken cancellationToken) =>
        ReadAsync(shardCount, get.AtLeast, view => new ShardItems(
            AnswerSize.Collect(get.Ids.Select(id => view.Get(id, get.WithVectors) is { } item ? Encode(item) : null)), More: false), cancellationToken);

    public Task<ShardItems> ScrollAsync(ShardScroll scroll, int shardCount, CancellationToken cancellationToken) =>
        ReadAsync(shardCount, 0, view =>
        {
            var page = view.Scroll(scroll.After, scroll.Limit, ReadFilter(scroll.Filter), scroll.WithVectors, cancellationToken, scroll.Lacking);
            return new ShardItems(AnswerSize.Collect(page.Items.Select(Encode)), More: page.NextAfterId is not null);
        }, cancellationToken);

    public Task<long> CountAsync(byte[]? filter, int shardCount, CancellationToken cancellationToken) =>
        ReadAsync(shardCount, 0, view => view.Count(ReadFilter(filter), cancellationToken), cancellationToken);

    public Task<FacetCounts> FacetsAsync(FacetsAsk ask, int shardCount, CancellationToken cancellationToken) =>
        ReadAsync(shardCount, 0, view => FacetCounts.From(view.Facets(ask.ToQuery(ReadFilter(ask.Filter)), cancellationToken)), cancellationToken);

    public Task<ReplicaApplied> OpenAsync() => Leads
        ? WithLeaderAsync(engine => Task.FromResult(Applied(engine)), CancellationToken.None)
        : WithEngineAsync(0, 0, engine => Task.FromResult(Applied(engine)), CancellationToken.None);

    public Task<ReplicaApplied> AdvanceAsync(long position, CancellationToken cancellationToken) =>
        WithEngineAsync(
            0,
            0,
            async engine =>
            {
                if (position > engine.AppliedPosition)
                {
                    engine.Wake(position);
                    await Task.WhenAny(engine.WaitAppliedAsync(position, cancellationToken), Task.Delay(AdvancePatience, cancellationToken));
                }
                return Applied(engine);
            },
            cancellationToken);

    public Task<ReplicaDigest> DigestAsync(long position, CancellationToken cancellationToken) =>
        WithEngineAsync(
            0,
            position,
            async engine =>
            {
                // The position is read first and again: between the two nothing may have been applied.
                while (true)
                {
                    var before = engine.AppliedPosition;
                    using var lease = engine.AcquireView();
                    if (engine.AppliedPosition == before)
                    {
                        var (items, digest) = await threads.RunAsync(() => ContentDigest.Of(lease.View, cancellationToken), cancellationToken);
                        return new ReplicaDigest(before, items, digest);
                    }
                }
            },
            cancellationToken);

    public async Task RebuildAsync()
    {
        try
        {
            await shards.RebuildAsync(await GetDefinitionAsync(), CancellationToken.None);
        }
        catch (Exception e) when (e is not ManifoldException)
        {
            throw ErrorTranslation.Translate(e);
        }
    }

    public Task MoveAsync(SiloAddress target)
    {
        if (!target.Equals(silo.SiloAddress))
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, target);
            this.MigrateOnIdle();
        }
        return Task.CompletedTask;
    }

    public Task<ShardReport> ReportAsync() =>
        Task.FromResult(shards.GetState(Key.Shard) switch
        {
            ({ } state, _) => new ShardReport(
                state.Failure is null ? "serving" : "failed", state.Failure ?? "", state.Epoch, state.Position, state.Items, state.Segments, state.GrowingItems, silo.SiloAddress),
            (null, { } failure) => new ShardReport("failed", failure, 0, 0, 0, 0, 0, silo.SiloAddress),
            _ => new ShardReport("closed", "", 0, 0, 0, 0, 0, silo.SiloAddress),
        });

    public async Task DropAsync()
    {
        try
        {
            await (Leads ? shards.DropAsync(Key.Shard, CancellationToken.None) : shards.ForgetAsync(Key.Shard, CancellationToken.None));
        }
        catch (Exception e)
        {
            throw ErrorTranslation.Translate(e);
        }
        DeactivateOnIdle();
    }

    /// <summary>Runs a read on a view of the shard, off this grain's scheduler.</summary>
    private Task<T> ReadAsync<T>(int shardCount, long atLeast, Func<SearchView, T> read, CancellationToken cancellationToken) =>
        WithEngineAsync(
            shardCount,
            atLeast,
            async engine =>
            {
                using var lease = engine.AcquireView(shardCount);
                return await threads.RunAsync(() => read(lease.View), cancellationToken);
            },
            cancellationToken);

    /// <summary>Asks the shard's engine once it has applied what it must have, and knows of so many shards.</summary>
    private async Task<T> WithEngineAsync<T>(int shardCount, long atLeast, Func<ShardEngine, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var engine = await shards.GetForReadAsync(await GetDefinitionAsync(), cancellationToken);
                try
                {
                    if (atLeast > engine.AppliedPosition)
                    {
                        engine.Wake(atLeast);
                        await engine.WaitAppliedAsync(atLeast, cancellationToken);
                    }
                    await engine.WaitShardCountAsync(shardCount, cancellationToken);
                    return await ask(engine);
                }
                catch (Exception e) when (e is ObjectDisposedException or ShardUnavailableException && engine.IsClosed)
                {
                    // Another took its place after it was asked for: ask again.
                }
            }
        }
        catch (Exception e) when (e is not (ManifoldException or OperationCanceledException))
        {
            throw ErrorTranslation.Translate(e);
        }
    }

    private async Task<ShardDefinition> GetDefinitionAsync()
    {
        if ((await GetCollectionAsync()).Define(Key.Shard) is { } known)
        {
            return known;
        }

        // It was asked for by what the catalog says since.
        _collection = null;
        var collection = await GetCollectionAsync();
        return collection.Define(Key.Shard)
            ?? throw new ManifoldException(ErrorKind.Aborted, $"collection \"{collection.Name}\" has {collection.ShardCount} shards, and {Key.Shard} was asked for");
    }

    /// <summary>A span of this replica, where somebody follows it.</summary>
    private Activity? Trace(string name)
    {
        if (!GrainMetrics.Activities.HasListeners() || GrainMetrics.Activities.StartActivity(name) is not { } activity)
        {
            return null;
        }
        var key = this.GetPrimaryKeyString();
        var collection = _collection is { IsCompletedSuccessfully: true } known ? known.Result.Name : Key.CollectionId;
        return activity.SetTag("manifold.collection", collection).SetTag("manifold.shard", ShardKey.NumberOf(Key.Shard)).SetTag("manifold.rank", ShardKey.RankOf(key));
    }

    private Task<CollectionInfo> GetCollectionAsync()
    {
        if (_collection is null or { IsCompletedSuccessfully: false, IsCompleted: true })
        {
            _collection = FindAsync();
        }
        return _collection;

        async Task<CollectionInfo> FindAsync()
        {
            var collection = await GrainFactory.GetGrain<ICatalogGrain>(0).FindByIdAsync(Key.CollectionId);
            if (collection is null)
            {
                DeactivateOnIdle();
                throw new ManifoldException(ErrorKind.NotFound, "the collection was dropped", "collection");
            }
            return collection;
        }
    }

    /// <summary>Runs a write on the shard's engine, which takes the lead where it has not.</summary>
    private async Task<T> WithLeaderAsync<T>(Func<ShardEngine, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            if (!Leads)
            {
                throw new ManifoldException(ErrorKind.Internal, $"rank 0 of shard {Key.Shard} writes, and {this.GetPrimaryKeyString()} was asked");
            }
            return await ask(await shards.GetForWriteAsync(await GetDefinitionAsync(), cancellationToken));
        }
        catch (Exception e) when (e is not (ManifoldException or OperationCanceledException))
        {
            throw ErrorTranslation.Translate(e);
        }
    }

    /// <summary>Tells the other replicas of a write, and waits for them where the writer wants that.</summary>
    private async Task<ShardWritten> CompleteAsync(WriteResult result, Acknowledgement level, long started, CancellationToken cancellationToken)
    {
        var collection = await GetCollectionAsync();
        if (collection.ReplicaCount == 1)
        {
            return new ShardWritten(result.Position, level);
        }
        _feed ??= new ReplicaFeed(GrainFactory, collection, Key.Shard, silo.SiloAddress);
        _feed.Announce(result.Position);
        if (level != Acknowledgement.Replicated)
        {
            return new ShardWritten(result.Position, result.Acknowledgement);
        }
        var reached = await _feed.WaitAsync(result.Position, services.Options.ReplicationTimeout, cancellationToken);
        GrainMetrics.ReplicationDuration.Record(
            Stopwatch.GetElapsedTime(started).TotalSeconds, new("collection", collection.Name), new("outcome", reached == Acknowledgement.Replicated ? "replicated" : "late"));
        return new ShardWritten(result.Position, reached);
    }

    /// <summary>What an engine can wait for by itself.</summary>
    private static Acknowledgement OfEngine(Acknowledgement level) => level == Acknowledgement.Durable ? level : Acknowledgement.Applied;

    private ReplicaApplied Applied(ShardEngine engine) => new(silo.SiloAddress, engine.AppliedPosition);

    private async Task LeadAsync()
    {
        try
        {
            await shards.GetForWriteAsync(await GetDefinitionAsync(), CancellationToken.None);
        }
        catch (Exception e)
        {
            // The first write says it to its caller, and tries again.
            LogNotLeading(logger, Key.Shard, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} cannot be led yet: {Reason}")]
    private static partial void LogNotLeading(ILogger logger, string shard, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} could not be given up in order: {Reason}")]
    private static partial void LogNotReleased(ILogger logger, string shard, string reason);

    private static Filter? ReadFilter(byte[]? bytes) => bytes is null ? null : FilterCodec.Read(bytes);

    private static byte[] Encode(Item item)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ItemCodec.Write(item, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
