namespace Manifold.Index;

/// <summary>A sealed segment as the writer has it: what a manifest must say of it, and what a choice of segments to merge looks at.</summary>
/// <param name="Name">The segment's name.</param>
/// <param name="Deleted">All its deleted rows, unpublished ones included.</param>
/// <param name="Changed">Whether they are more than the segment came with and than <see cref="IndexWriter.MarkPersisted"/> was last told.</param>
/// <param name="RowCount">Its rows, deleted ones included.</param>
/// <param name="Bytes">Bytes of its file, without its indexes.</param>
public readonly record struct SealedSegment(string Name, RowBitmap Deleted, bool Changed, int RowCount, long Bytes);
