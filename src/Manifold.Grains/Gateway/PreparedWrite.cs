using Manifold.Index;

namespace Manifold.Grains;

/// <summary>A write that is ready for its shards: encoded, validated and routed. Not safe for concurrent use.</summary>
/// <param name="collection">The collection it is for.</param>
/// <param name="writer">The writer's identity, or an empty one.</param>
public sealed class PreparedWrite(CollectionInfo collection, WriterSequence writer)
{
    private readonly SortedDictionary<int, ShardBatch> _shards = [];
    private readonly List<ItemFailure> _failures = [];

    /// <summary>The collection it is for.</summary>
    public CollectionInfo Collection => collection;

    /// <summary>The items that will not be written.</summary>
    public IReadOnlyList<ItemFailure> Failures => _failures;

    /// <summary>What it does, as metrics name it.</summary>
    internal string Operation { get; init; } = "upsert";

    /// <summary>The schema that its items were encoded for; <c>null</c> for deletions.</summary>
    internal int? SchemaVersion { get; init; } = collection.SchemaVersion;

    internal IEnumerable<ShardBatch> Shards => _shards.Values;

    /// <summary>Leaves an item out.</summary>
    /// <param name="index">Its place in the caller's batch.</param>
    /// <param name="id">Its id.</param>
    /// <param name="error">Why.</param>
    public void Fail(int index, string id, ManifoldException error) => _failures.Add(new ItemFailure(index, id, error));

    internal void Upsert(int index, Item item) => Batch(index, item.Id).Upsert(item);

    internal void Delete(int index, string id) => Batch(index, id).Delete(id);

    private Shards.WriteBatchBuilder Batch(int index, string id)
    {
        var shard = ShardKey.ShardOf(id, collection.ShardCount);
        if (!_shards.TryGetValue(shard, out var batch))
        {
            _shards[shard] = batch = new ShardBatch(shard, writer);
        }
        batch.Items.Add((index, id));
        return batch.Builder;
    }
}
