namespace Manifold.Client;

/// <summary>What an answer took, over all shards.</summary>
/// <param name="Partitions">Partitions of vector indexes that were scanned.</param>
/// <param name="Scanned">Vectors whose short codes were looked at.</param>
/// <param name="Refined">Vectors whose whole codes were looked at.</param>
/// <param name="Scored">Vectors that were scored exactly.</param>
public sealed record SearchEffort(long Partitions, long Scanned, long Refined, long Scored);
