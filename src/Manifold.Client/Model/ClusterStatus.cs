namespace Manifold.Client;

/// <summary>The cluster as the gateway that was asked sees it.</summary>
/// <param name="Version">The server's version.</param>
/// <param name="EncoderDevice">Where the encoder pool runs its models: cpu or cuda.</param>
/// <param name="Silos">The processes.</param>
/// <param name="Shards">The shards of all collections.</param>
public sealed record ClusterStatus(
    string Version, string EncoderDevice, IReadOnlyList<SiloStatus> Silos, IReadOnlyList<ShardStatus> Shards);
