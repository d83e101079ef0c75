namespace Manifold.Client;

/// <summary>How much is certain when a write returns, weakest first. The values are those of the wire.</summary>
public enum Acknowledgement
{
    /// <summary>The server's default: <see cref="Applied"/>.</summary>
    Default = 0,
    /// <summary>In the shard's log on disk: survives the kill of any process.</summary>
    Durable = 1,
    /// <summary>Durable, and visible to searches.</summary>
    Applied = 2,
    /// <summary>Applied by every replica, on as many processes. Where they do not follow in time, the result says <see cref="Applied"/>.</summary>
    Replicated = 3,
}
