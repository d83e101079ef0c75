namespace Manifold.Index.Partitions;

/// <summary>One measurement of a <see cref="RecallTable"/>.</summary>
/// <param name="Limit">Hits asked for.</param>
/// <param name="Effort">The effort of the searches.</param>
/// <param name="Recall">Mean share of the true hits that were found.</param>
/// <param name="RecallLow">The lower end of its one-sided 95 % interval over the sampled queries.</param>
/// <param name="Partitions">Mean number of partitions scanned.</param>
/// <param name="Scanned">Mean number of vectors whose signs were looked at.</param>
/// <param name="Refined">Mean number of vectors whose whole code was looked at.</param>
internal readonly record struct RecallEntry(int Limit, ProbeEffort Effort, float Recall, float RecallLow, float Partitions, float Scanned, float Refined);
