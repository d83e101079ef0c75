using System.Diagnostics;
using Manifold.Shards;

namespace Manifold.Grains;

/// <summary>How a shard gets a space, and its items vectors in it.</summary>
internal sealed partial class ShardGrain
{
    public Task LearnSchemaAsync(int version) =>
        WithLeaderAsync(
            async engine =>
            {
                await LearnSchemaAsync(engine, version);
                return true;
            },
            CancellationToken.None);

    public Task<SpaceCount> CountWithAsync(string space, int shardCount, CancellationToken cancellationToken) =>
        ReadAsync(shardCount, 0, view => new SpaceCount(view.LiveRows, view.CountWith(space, cancellationToken)), cancellationToken);

    public Task<int> FillAsync(ShardFill fill, int shardCount, CancellationToken cancellationToken) =>
        WithLeaderAsync(
            async engine =>
            {
                var started = Stopwatch.GetTimestamp();
                var result = await engine.FillAsync(Array.ConvertAll(fill.Items, item => item.ToFill(fill.Space)), Acknowledgement.Applied, cancellationToken, shardCount);
                if (result.Written is { } written)
                {
                    await CompleteAsync(written, Acknowledgement.Applied, started, cancellationToken);
                }
                return fill.Items.Length - result.Failures.Count;
            },
            cancellationToken);

    /// <summary>Takes the schema from the catalog where a caller knows of a newer one than the shard goes by.</summary>
    private async Task LearnSchemaAsync(ShardEngine engine, int version)
    {
        if (engine.Schema.Version >= version)
        {
            return;
        }
        _collection = null;
        var collection = await GetCollectionAsync();
        var started = Stopwatch.GetTimestamp();
        await engine.SetSchemaAsync(new ShardSchema(collection.SchemaVersion, collection.Schemas), CancellationToken.None);
        await CompleteAsync(new WriteResult(engine.AppliedPosition, Acknowledgement.Applied), Acknowledgement.Applied, started, CancellationToken.None);
    }
}
