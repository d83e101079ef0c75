namespace Manifold.Training;

/// <summary>What a run learns from and is measured on.</summary>
/// <param name="Concepts">What is learnt, in an order that depends on the data only.</param>
/// <param name="Tests">Retrieval tests of held-out items, to choose models with; may be empty.</param>
/// <param name="Skipped">What could not be used: each with its place and the reason.</param>
public sealed record TrainingData(
    IReadOnlyList<TrainingConcept> Concepts, IReadOnlyList<RetrievalTest> Tests, IReadOnlyList<SkippedPair> Skipped)
{
    /// <summary>Vectors of words that someone else learnt, or null for none.</summary>
    internal WordVectors? Words { get; init; }
}
