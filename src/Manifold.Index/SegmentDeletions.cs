namespace Manifold.Index;

/// <summary>The deleted rows of a sealed segment, as they are to be stored.</summary>
/// <param name="Name">The segment's name.</param>
/// <param name="Deleted">All its deleted rows, unpublished ones included.</param>
/// <param name="Changed">Whether they are more than the segment came with and than <see cref="IndexWriter.MarkPersisted"/> was last told.</param>
public readonly record struct SegmentDeletions(string Name, RowBitmap Deleted, bool Changed);
