namespace Manifold.Client;

/// <summary>Which replicas may answer. The values are those of the wire.</summary>
public enum Consistency
{
    /// <summary>The server's default: <see cref="Any"/>.</summary>
    Default = 0,
    /// <summary>Any replica: it may be a moment behind its leader.</summary>
    Any = 1,
    /// <summary>Each shard's leader: everything that was acknowledged as applied before the search.</summary>
    Leader = 2,
}
