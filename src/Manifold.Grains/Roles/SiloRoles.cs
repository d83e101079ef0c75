namespace Manifold.Grains;

/// <summary>What a silo hosts. The single process has all of them.</summary>
[Flags]
public enum SiloRoles
{
    None = 0,

    /// <summary>Shards and the catalog.</summary>
    Shard = 1,

    /// <summary>Encoders.</summary>
    Encoder = 2,

    /// <summary>The public wire and coordinators.</summary>
    Gateway = 4,

    All = Shard | Encoder | Gateway,
}
