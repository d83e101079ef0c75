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
}
