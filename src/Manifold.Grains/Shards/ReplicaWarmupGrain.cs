using Manifold.Shards;
using Orleans.Placement;

namespace Manifold.Grains;

[ShardRole]
[RandomPlacement]
internal sealed class ReplicaWarmupGrain(ShardHost shards, ILocalSiloDetails silo) : Grain, IReplicaWarmupGrain
{
    public async Task<ReplicaApplied> WarmAsync(string collectionId, string shard)
    {
        try
        {
            var collection = await GrainFactory.GetGrain<ICatalogGrain>(0).FindByIdAsync(collectionId)
                ?? throw new ManifoldException(ErrorKind.NotFound, "the collection was dropped", "collection");
            var definition = collection.Define(shard) ?? throw new ManifoldException(ErrorKind.NotFound, $"there is no shard {shard}", "shard");
            var engine = await shards.GetForReadAsync(definition, CancellationToken.None);
            return new ReplicaApplied(silo.SiloAddress, engine.AppliedPosition);
        }
        catch (Exception e) when (e is not ManifoldException)
        {
            throw ErrorTranslation.Translate(e);
        }
        finally
        {
            DeactivateOnIdle();
        }
    }
}
