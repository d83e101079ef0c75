using System.Diagnostics;
using System.Text;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>
/// Asks every shard of a collection and merges the answers. A gateway calls it in its own process: a call of a grain, even of a stateless one beside the caller, first asks for its address
/// the silo that keeps that part of the grain directory, which may be another process, and lets the query fail with a silo that has no part in it. Thread-safe.
/// </summary>
public sealed class Coordinator(ReplicaCalls replicas)
{
    /// <summary>The best of all shards, by vector, by words, or both fused.</summary>
    /// <exception cref="ManifoldException">Unavailable: a shard cannot answer, and partial answers were not asked for; or what a shard found wrong with the question.</exception>
    public async Task<CollectionHits> SearchAsync(CollectionSearch search, CancellationToken cancellationToken)
    {
        using var activity = GrainMetrics.Activities.StartActivity("coordinate");
        var started = Stopwatch.GetTimestamp();

        // Excluded items may be among a shard's best: ask for as many more.
        var limit = search is { Shard: not null, Match: not null } ? HitFusion.Prefetch(search.Limit) : search.Limit;
        var most = limit + search.Excluded.Length;
        var ranks = new int?[search.Collection.ShardCount];
        var byVector = AskShardsAsync(search, search.Shard, ranks, (grain, ask, atLeast, token) => grain.SearchAsync(ask with { Limit = most, AtLeast = atLeast }, search.Collection.ShardCount, token), cancellationToken);
        var byWords = AskShardsAsync(search, search.Match, ranks, (grain, ask, atLeast, token) => grain.MatchAsync(ask with { Limit = most, AtLeast = atLeast }, search.Collection.ShardCount, token), cancellationToken);
        await Task.WhenAll(byVector, byWords);
        GrainMetrics.RecordPhase(search.Collection.Name, QueryPhases.FanOut, started);
        started = Stopwatch.GetTimestamp();
        var excluded = search.Excluded.ToHashSet(StringComparer.Ordinal);
        var answered = (search.Shard is null ? await byWords : await byVector)!;
        var hits = HitMerge.Merge(answered, excluded, limit);
        if (search.Shard is not null && await byWords is { } matches)
        {
            hits = (search.Fusion ?? HitFusion.Default).Fuse(hits, HitMerge.Merge(matches, excluded, limit), search.Limit);
        }

        GrainMetrics.RecordPhase(search.Collection.Name, QueryPhases.Merge, started);

        var items = Array.Empty<byte[]?>();
        if (search.WithItems && hits.Count > 0)
        {
            started = Stopwatch.GetTimestamp();
            var get = new ShardGet([.. hits.Select(h => h.Id)], search.WithVectors, 0);
            items = await GetAsync(search.Collection, get, ranks, search.AllowPartial, cancellationToken);

            // An item deleted between the two calls, or of a shard that went away, is no hit any more.
            hits = [.. hits.Where((_, i) => items[i] is not null)];
            items = [.. items.Where(item => item is not null)];
            GrainMetrics.RecordPhase(search.Collection.Name, QueryPhases.Fetch, started);
        }
        activity?.SetTag("manifold.collection", search.Collection.Name).SetTag("manifold.shards", search.Collection.ShardCount)
            .SetTag("manifold.shards_answered", answered.Count).SetTag("manifold.hits", hits.Count);
        return new CollectionHits([.. hits.Select(h => h.Id)], HitMerge.PackScores(hits), items, answered.Count, HitMerge.AddEfforts(answered), HitMatches.Pack(hits));
    }

    /// <summary>Items by id, in the order asked; <c>null</c> for those that are not there.</summary>
    /// <exception cref="ManifoldException">As <see cref="SearchAsync"/>, without partial answers.</exception>
    public async Task<CollectionItems> GetAsync(CollectionInfo collection, ShardGet get, CancellationToken cancellationToken) =>
        new(await GetAsync(collection, get, null, allowPartial: false, cancellationToken), null);

    // The ranks are the replicas to ask first, by shard: those that found the items have them.
    private async Task<byte[]?[]> GetAsync(CollectionInfo collection, ShardGet get, int?[]? ranks, bool allowPartial, CancellationToken cancellationToken)
    {
        var items = new byte[]?[get.Ids.Length];
        var byShard = Enumerable.Range(0, get.Ids.Length).GroupBy(i => ShardKey.ShardOf(get.Ids[i], collection.ShardCount));
        await Task.WhenAll(byShard.Select(async indexes =>
        {
            var places = indexes.ToArray();
            var ofShard = get with { Ids = Array.ConvertAll(places, i => get.Ids[i]) };
            var (answer, _) = await AskAsync(collection, indexes.Key, ranks?[indexes.Key], false, (grain, token) => grain.GetAsync(ofShard, collection.ShardCount, token), allowPartial, cancellationToken);
            for (var i = 0; answer is not null && i < places.Length; i++)
            {
                items[places[i]] = answer.Items[i];
            }
        }));
        return AnswerSize.Collect(items);
    }

    /// <summary>A page of the collection in the order of ids.</summary>
    /// <exception cref="ManifoldException">As <see cref="GetAsync(CollectionInfo, ShardGet, CancellationToken)"/>.</exception>
    public async Task<CollectionItems> ScrollAsync(CollectionInfo collection, ShardScroll scroll, CancellationToken cancellationToken)
    {
        var pages = await AskAllAsync(collection, (grain, token) => grain.ScrollAsync(scroll, collection.ShardCount, token), cancellationToken);
        var items = pages.SelectMany(p => p.Items).Select(item => item!).OrderBy(item => IdOf(item), Utf8Order.Comparer).ToArray();
        var more = items.Length > scroll.Limit || pages.Any(p => p.More);
        var page = AnswerSize.Collect(items.Take(scroll.Limit));
        return new CollectionItems(page, more && page.Length > 0 ? IdOf(page[^1]!) : null);
    }

    /// <summary>How many items match an encoded filter.</summary>
    /// <exception cref="ManifoldException">As <see cref="GetAsync(CollectionInfo, ShardGet, CancellationToken)"/>.</exception>
    public async Task<long> CountAsync(CollectionInfo collection, byte[]? filter, CancellationToken cancellationToken) =>
        (await AskAllAsync(collection, async (grain, token) => (object)await grain.CountAsync(filter, collection.ShardCount, token), cancellationToken)).Sum(n => (long)n);

    /// <summary>How many items there are, and how many of them have a vector in a space, as the shards' leaders have them.</summary>
    /// <exception cref="ManifoldException">As <see cref="GetAsync(CollectionInfo, ShardGet, CancellationToken)"/>.</exception>
    public async Task<SpaceCount> CountWithAsync(CollectionInfo collection, string space, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, collection.ShardCount).Select(async shard =>
            (await replicas.AskAsync(collection, shard, null, isLeaderOnly: true, (grain, token) => grain.CountWithAsync(space, collection.ShardCount, token), cancellationToken)).Answer));
        return new SpaceCount(counts.Sum(count => count.Items), counts.Sum(count => count.Filled));
    }

    /// <summary>The values of attributes and how many items have each.</summary>
    /// <exception cref="ManifoldException">As <see cref="GetAsync(CollectionInfo, ShardGet, CancellationToken)"/>.</exception>
    public async Task<FacetCounts> FacetsAsync(CollectionInfo collection, FacetsAsk ask, CancellationToken cancellationToken)
    {
        // The most frequent value of all may be no shard's most frequent: each gives as many as it may.
        var ofShard = collection.ShardCount == 1 ? ask : ask with { Limit = FacetQuery.MaxLimit };
        var answers = await AskAllAsync(collection, (grain, token) => grain.FacetsAsync(ofShard, collection.ShardCount, token), cancellationToken);
        return FacetCounts.From(FacetResult.Merge(Array.ConvertAll(answers, answer => answer.ToResult()), ask.Limit));
    }

    /// <summary>Asks every shard for its best.</summary>
    /// <returns>Those that answered, whose ranks are noted; <c>null</c> where there is nothing to ask.</returns>
    private async Task<List<ShardHits>?> AskShardsAsync<TAsk>(
        CollectionSearch search, TAsk? ask, int?[] ranks, Func<IShardGrain, TAsk, long, CancellationToken, Task<ShardHits>> call, CancellationToken cancellationToken)
        where TAsk : class
    {
        if (ask is null)
        {
            return null;
        }
        var answers = await Task.WhenAll(Enumerable.Range(0, search.Collection.ShardCount).Select(async shard =>
        {
            var (answer, rank) = await AskAsync(
                search.Collection, shard, null, search.LeaderOnly, (grain, token) => call(grain, ask, search.AtLeast.GetValueOrDefault(shard), token), search.AllowPartial, cancellationToken);
            ranks[shard] = rank;
            return answer;
        }));
        var answered = answers.OfType<ShardHits>().ToList();
        return answered.Count > 0 ? answered : throw new ManifoldException(ErrorKind.Unavailable, "no shard could answer", retryAfter: TimeSpan.FromSeconds(1));
    }

    /// <summary>Asks every shard at once.</summary>
    private async Task<T[]> AskAllAsync<T>(CollectionInfo collection, Func<IShardGrain, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class =>
        await Task.WhenAll(Enumerable.Range(0, collection.ShardCount).Select(async shard => (await AskAsync(collection, shard, null, false, ask, allowPartial: false, cancellationToken)).Answer!));

    /// <returns>The answer and whose it is; with <paramref name="allowPartial"/>, <c>null</c> for a shard that cannot answer at the moment.</returns>
    private async Task<(T? Answer, int? Rank)> AskAsync<T>(
        CollectionInfo collection, int shard, int? rank, bool isLeaderOnly, Func<IShardGrain, CancellationToken, Task<T>> ask, bool allowPartial, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await replicas.AskAsync(collection, shard, rank, isLeaderOnly, ask, cancellationToken);
        }
        catch (ManifoldException e) when (allowPartial && e.Kind is (ErrorKind.Unavailable or ErrorKind.DataLoss))
        {
            return (null, null);
        }
    }

    private static string IdOf(byte[] item) => Encoding.UTF8.GetString(ItemView.Read(item, out _).Id);
}
