namespace Manifold.Index;

/// <summary>Rows to be written into a segment: the first <paramref name="RowCount"/> of a reader that are not deleted.</summary>
/// <param name="Reader">Where they are; its memory must live until they are written.</param>
/// <param name="RowCount">How many of its rows count.</param>
/// <param name="Deleted">Those that do not.</param>
public readonly record struct SegmentSource(SegmentReader Reader, int RowCount, RowBitmap Deleted);
