namespace Manifold.Grains;

/// <summary>Compares the replicas of a shard by digests of their items at one position, and has one that differs made anew. Thread-safe.</summary>
public sealed class ReplicaAudit(IGrainFactory grains)
{
    /// <summary>Writes between the leader's digest and a follower's make them of different positions: so often the comparison is tried again.</summary>
    private const int Attempts = 5;

    /// <summary>What one replica came to.</summary>
    /// <param name="Shard">The shard's number.</param>
    /// <param name="Rank">The replica's rank.</param>
    /// <param name="Silo">Where it is; <c>null</c> when it did not answer.</param>
    /// <param name="Digest">Its items; <c>null</c> when it did not answer.</param>
    /// <param name="Error">Why it did not; empty when it did.</param>
    /// <param name="Rebuilt">It differed, and was made anew.</param>
    public sealed record Row(int Shard, int Rank, SiloAddress? Silo, ReplicaDigest? Digest, string Error, bool Rebuilt);

    /// <returns>A row for each replica of the collection, by shard and rank.</returns>
    public async Task<IReadOnlyList<Row>> CompareAsync(CollectionInfo collection, bool rebuild, CancellationToken cancellationToken)
    {
        var rows = await Task.WhenAll(Enumerable.Range(0, collection.ShardCount).Select(shard => CompareAsync(collection, shard, rebuild, cancellationToken)));
        return [.. rows.SelectMany(of => of)];
    }

    /// <returns>Whether all answered, and those of each shard have the same items.</returns>
    public static bool Agree(IEnumerable<Row> rows) => rows.GroupBy(row => row.Shard).All(Same);

    private static bool Same(IEnumerable<Row> shard) => shard.All(row => row.Digest is not null) && shard.Select(row => row.Digest).Distinct().Count() == 1;

    /// <returns>A row for each replica of a shard, by rank.</returns>
    public async Task<IReadOnlyList<Row>> CompareAsync(CollectionInfo collection, int shard, bool rebuild, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var leader = await AskAsync(collection, shard, 0, 0, cancellationToken);
            var position = leader.Digest?.Position ?? 0;
            var followers = await Task.WhenAll(Enumerable.Range(1, collection.ReplicaCount - 1).Select(rank => AskAsync(collection, shard, rank, position, cancellationToken)));
            Row[] rows = [leader, .. followers];
            if (Same(rows) || (attempt == Attempts && !rebuild))
            {
                return rows;
            }
            if (attempt < Attempts)
            {
                continue;
            }
            for (var rank = 1; rank < rows.Length; rank++)
            {
                if (rows[rank].Digest is { } digest && digest.Position == position && digest != leader.Digest)
                {
                    await grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard, rank)).RebuildAsync();
                    rows[rank] = await AskAsync(collection, shard, rank, position, cancellationToken) with { Rebuilt = true };
                }
            }
            return rows;
        }
    }

    private async Task<Row> AskAsync(CollectionInfo collection, int shard, int rank, long position, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard, rank));
        try
        {
            var digest = await grain.DigestAsync(position, cancellationToken);
            return new Row(shard, rank, (await grain.ReportAsync()).Silo, digest, "", false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Row(shard, rank, null, null, ErrorTranslation.Translate(e).Message, false);
        }
    }
}
