namespace Manifold.Index.FullText;

/// <summary>How often a row has a term.</summary>
internal readonly record struct TextPosting(int Row, int Count);
