namespace Manifold.Grains;

/// <summary>Opens a follower on the silo that is to take over a replica, before it does. Key: the shard and the silo, so that there is one for each; called with the silo as placement hint.</summary>
[Alias("manifold.IReplicaWarmupGrain")]
internal interface IReplicaWarmupGrain : IGrainWithStringKey
{
    /// <returns>Where it is and what it has applied.</returns>
    [Alias("Warm")]
    Task<ReplicaApplied> WarmAsync(string collectionId, string shard);
}
