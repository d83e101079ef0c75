namespace Manifold.Index;

/// <summary>A row and its score; greater is nearer.</summary>
/// <param name="Row">The row number, as it was offered.</param>
/// <param name="Score">The score, never NaN.</param>
public readonly record struct ScoredRow(int Row, float Score);
