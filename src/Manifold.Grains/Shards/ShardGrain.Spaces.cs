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

    public Task<long> CountWithAsync(string space, int shardCount, CancellationToken cancellationToken) =>
        ReadAsync(shardCount, 0, view => view.CountWith(space, cancellationToken), cancellationToken);

    public Task<int> FillAsync(ShardFill fill, int shardCount, CancellationToken cancellationToken) =>
        WithLeaderAsync(
            async engine =>
            {
                var result = await engine.FillAsync(Array.ConvertAll(fill.Items, item => item.ToFill(fill.Space)), Acknowledgement.Applied, cancellationToken, shardCount);
                if (result.Written is { } written)
                {
                    _feed?.Announce(written.Position);
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
        await engine.SetSchemaAsync(new ShardSchema(collection.SchemaVersion, collection.Schemas), CancellationToken.None);
        _feed?.Announce(engine.AppliedPosition);
    }
}
