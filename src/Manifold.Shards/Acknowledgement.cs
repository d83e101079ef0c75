namespace Manifold.Shards;

/// <summary>How much is certain when a write is acknowledged, weakest first.</summary>
public enum Acknowledgement
{
    /// <summary>In the shard's fenced log: it survives the kill of any process.</summary>
    Durable = 1,

    /// <summary>Durable, and visible to searches on the leader.</summary>
    Applied = 2,

    /// <summary>Applied by every replica of the shard, on as many silos. An engine alone does not know them: their grain sees to it.</summary>
    Replicated = 3,
}
