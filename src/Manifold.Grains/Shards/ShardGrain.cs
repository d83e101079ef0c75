using System.Buffers;
using System.Runtime.InteropServices;
using Manifold.Index;
using Manifold.Shards;
using Orleans.Placement;

namespace Manifold.Grains;

[ShardRole]
[Immovable]
internal sealed class ShardGrain(ShardHost shards, SearchThreads threads) : Grain, IShardGrain
{
    private Task<ShardDefinition>? _definition;

    private (string CollectionId, string Shard) Key => ShardKey.Parse(this.GetPrimaryKeyString());

    public async Task<ShardWritten> WriteAsync(ShardWrite write, CancellationToken cancellationToken)
    {
        try
        {
            var engine = await shards.GetForWriteAsync(await GetDefinitionAsync(), cancellationToken);
            var level = write.Durable ? Acknowledgement.Durable : Acknowledgement.Applied;
            var result = await engine.WriteAsync(write.Batch, level, cancellationToken);
            return new ShardWritten(result.Position, result.Acknowledgement == Acknowledgement.Durable);
        }
        catch (Exception e) when (e is not (ManifoldException or OperationCanceledException))
        {
            throw ErrorTranslation.Translate(e);
        }
    }

    public async Task<ShardUpdated> UpdateAsync(ShardUpdate update, CancellationToken cancellationToken)
    {
        try
        {
            var engine = await shards.GetForWriteAsync(await GetDefinitionAsync(), cancellationToken);
            var level = update.Durable ? Acknowledgement.Durable : Acknowledgement.Applied;
            var result = await engine.UpdateAsync(Array.ConvertAll(update.Updates, item => item.ToUpdate()), update.Writer, update.Sequence, level, cancellationToken);
            return new ShardUpdated(
                result.Written is { } written ? new ShardWritten(written.Position, written.Acknowledgement == Acknowledgement.Durable) : null,
                [.. result.Failures.Select(failure => new UnchangedItem(failure.Index, failure.Error?.Field ?? "", failure.Error?.Message ?? ""))]);
        }
        catch (Exception e) when (e is not (ManifoldException or OperationCanceledException))
        {
            throw ErrorTranslation.Translate(e);
        }
    }

    public async Task<ShardHits> SearchAsync(ShardSearch search, CancellationToken cancellationToken)
    {
        var vector = MemoryMarshal.Cast<byte, float>(search.Vector).ToArray();
        var (hits, effort) = await WithEngineAsync(
            search.AtLeast,
            engine => threads.SearchAsync(engine, new SearchQuery(search.Space, vector, search.Limit, ReadFilter(search.Filter), search.ScoreThreshold, search.Recall), cancellationToken),
            cancellationToken);
        return new ShardHits([.. hits.Select(h => h.Id)], HitMerge.PackScores(hits), [effort.Partitions, effort.Scanned, effort.Refined, effort.Scored], HitMatches.Pack(hits));
    }

    public Task<ShardHits> MatchAsync(ShardMatch match, CancellationToken cancellationToken) =>
        ReadAsync(match.AtLeast, view =>
        {
            var hits = view.SearchText(new TextQuery(match.Text, match.Limit, match.Fields, match.AllTerms, ReadFilter(match.Filter)), cancellationToken);
            return new ShardHits([.. hits.Select(h => h.Id)], HitMerge.PackScores(hits), []);
        }, cancellationToken);

    public Task<ShardItems> GetAsync(ShardGet get, CancellationToken cancellationToken) =>
        ReadAsync(get.AtLeast, view => new ShardItems(
            AnswerSize.Collect(get.Ids.Select(id => view.Get(id, get.WithVectors) is { } item ? Encode(item) : null)), More: false), cancellationToken);

    public Task<ShardItems> ScrollAsync(ShardScroll scroll, CancellationToken cancellationToken) =>
        ReadAsync(0, view =>
        {
            var page = view.Scroll(scroll.After, scroll.Limit, ReadFilter(scroll.Filter), scroll.WithVectors, cancellationToken);
            return new ShardItems(AnswerSize.Collect(page.Items.Select(Encode)), More: page.NextAfterId is not null);
        }, cancellationToken);

    public Task<long> CountAsync(byte[]? filter, CancellationToken cancellationToken) =>
        ReadAsync(0, view => view.Count(ReadFilter(filter), cancellationToken), cancellationToken);

    public Task<FacetCounts> FacetsAsync(FacetsAsk ask, CancellationToken cancellationToken) =>
        ReadAsync(0, view => FacetCounts.From(view.Facets(ask.ToQuery(ReadFilter(ask.Filter)), cancellationToken)), cancellationToken);

    public Task OpenAsync() => ReadAsync(0, view => view.LiveRows, CancellationToken.None);

    public Task<ShardReport> ReportAsync() =>
        Task.FromResult(shards.GetState(Key.Shard) switch
        {
            ({ } state, _) => new ShardReport(
                state.Failure is null ? "serving" : "failed", state.Failure ?? "", state.Epoch, state.Position, state.Items, state.Segments, state.GrowingItems),
            (null, { } failure) => new ShardReport("failed", failure, 0, 0, 0, 0, 0),
            _ => new ShardReport("closed", "", 0, 0, 0, 0, 0),
        });

    public async Task DropAsync()
    {
        try
        {
            await shards.DropAsync(Key.Shard, CancellationToken.None);
        }
        catch (Exception e)
        {
            throw ErrorTranslation.Translate(e);
        }
        DeactivateOnIdle();
    }

    /// <summary>Runs a read on a view of the shard, off this grain's scheduler.</summary>
    private Task<T> ReadAsync<T>(long atLeast, Func<SearchView, T> read, CancellationToken cancellationToken) =>
        WithEngineAsync(
            atLeast,
            async engine =>
            {
                using var lease = engine.AcquireView();
                return await threads.RunAsync(() => read(lease.View), cancellationToken);
            },
            cancellationToken);

    /// <summary>Asks the shard's engine once it has applied what it must have.</summary>
    private async Task<T> WithEngineAsync<T>(long atLeast, Func<ShardEngine, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var engine = await shards.GetForReadAsync(await GetDefinitionAsync(), cancellationToken);
                if (atLeast > engine.AppliedPosition)
                {
                    await engine.WaitAppliedAsync(atLeast, cancellationToken);
                }
                try
                {
                    return await ask(engine);
                }
                catch (ObjectDisposedException)
                {
                    // A new leader took its place after it was asked for: ask again.
                }
            }
        }
        catch (Exception e) when (e is not (ManifoldException or OperationCanceledException))
        {
            throw ErrorTranslation.Translate(e);
        }
    }

    private Task<ShardDefinition> GetDefinitionAsync()
    {
        if (_definition is null or { IsCompletedSuccessfully: false, IsCompleted: true })
        {
            _definition = FindAsync();
        }
        return _definition;

        async Task<ShardDefinition> FindAsync()
        {
            var (collectionId, shard) = Key;
            var collection = await GrainFactory.GetGrain<ICatalogGrain>(0).FindByIdAsync(collectionId);
            if (collection is null)
            {
                DeactivateOnIdle();
                throw new ManifoldException(ErrorKind.NotFound, "the collection was dropped", "collection");
            }
            return new ShardDefinition(shard, collection.Schemas);
        }
    }

    private static Filter? ReadFilter(byte[]? bytes) => bytes is null ? null : FilterCodec.Read(bytes);

    private static byte[] Encode(Item item)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ItemCodec.Write(item, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
