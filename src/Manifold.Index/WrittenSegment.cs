namespace Manifold.Index;

/// <summary>A sealed or frozen segment as the writer keeps it.</summary>
/// <param name="name">The sealed segment's name; null for a frozen one.</param>
/// <param name="reader">The rows; the writer has one reference.</param>
/// <param name="deleted">Deleted rows to start from.</param>
/// <param name="frozen">The frozen segment, if it is one.</param>
internal sealed class WrittenSegment(string? name, SegmentReader reader, RowBitmap deleted, FrozenSegment? frozen)
{
    public string? Name { get; } = name;

    public SegmentReader Reader { get; } = reader;

    public RowBitmap.Builder Deleted { get; } = new(deleted);

    public FrozenSegment? Frozen { get; } = frozen;

    /// <summary>How many of the deletions are stored; since they only grow, the number tells whether there are new ones.</summary>
    public int PersistedDeletions { get; set; } = deleted.Count;

    public int LiveRows => Reader.RowCount - Deleted.Count;

    /// <summary>The same with another reader of the same rows.</summary>
    public WrittenSegment With(SegmentReader other) => new(Name, other, Deleted.ToImmutable(), Frozen) { PersistedDeletions = PersistedDeletions };
}
