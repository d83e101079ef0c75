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
            var engine = await shards.GetForReadAsync(new ShardDefinition(shard, collection.Schemas), CancellationToken.None);
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
