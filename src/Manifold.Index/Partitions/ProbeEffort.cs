namespace Manifold.Index.Partitions;

/// <summary>How far a search of a partition index looks.</summary>
/// <param name="Reach">Deviations by which a partition's best vectors are taken to lie above its middle: see <see cref="PartitionDirectory"/>.</param>
/// <param name="SignSlack">Deviations of the error of a sign estimate that are allowed for.</param>
internal readonly record struct ProbeEffort(float Reach, float SignSlack);
