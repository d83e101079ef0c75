namespace Manifold.Training;

/// <summary>A pair that was left out of training.</summary>
/// <param name="Place">File and line, or the file.</param>
/// <param name="Reason">Why, as a sentence's end: "the caption is empty".</param>
public sealed record SkippedPair(string Place, string Reason);
