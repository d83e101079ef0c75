namespace Manifold.Training;

/// <summary>Pictures of one thing: at most one of them, with another view of the thing, is in a batch, since InfoNCE takes all others of the batch for wrong.</summary>
/// <param name="Key">What tells concepts apart.</param>
/// <param name="Pictures">The pictures, each with its captions; at least one.</param>
public sealed record TrainingConcept(string Key, IReadOnlyList<CaptionedPicture> Pictures);
