namespace Manifold.Index;

/// <summary>
/// A growing segment that takes no more rows, on its way to a file. Searches go on over it until <see cref="IndexWriter.Replace(FrozenSegment, string, Segment)"/> puts the
/// sealed segment in its place.
/// </summary>
/// <remarks>Holds the rows' memory until it is replaced, dropped or disposed.</remarks>
public sealed class FrozenSegment : IDisposable
{
    private int _disposed;

    internal FrozenSegment(GrowingSegment segment, RowBitmap deleted)
    {
        Segment = segment;
        DeletedAtFreeze = deleted;
        RowCount = segment.RowCount;
        Bytes = segment.Bytes;
        segment.AddReference();
    }

    /// <summary>How many rows were live at the time of the freeze: the rows that <see cref="WriteTo"/> writes.</summary>
    public int LiveRows => RowCount - DeletedAtFreeze.Count;

    /// <summary>Bytes of all its rows in memory.</summary>
    public long Bytes { get; }

    internal GrowingSegment Segment { get; }

    internal RowBitmap DeletedAtFreeze { get; }

    private int RowCount { get; }

    /// <summary>
    /// Writes the rows that were live at the time of the freeze as a segment file. May run on any thread while the writer goes on, and again
    /// after a failure.
    /// </summary>
    /// <param name="output">Written forward only; neither flushed to the medium nor closed.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <exception cref="ObjectDisposedException">It was replaced, dropped or disposed before.</exception>
    public void WriteTo(Stream output, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        Segment.AddReference();
        try
        {
            SegmentWriter.Write(output, Segment.Spaces, [new SegmentSource(Segment, RowCount, DeletedAtFreeze)], cancellationToken);
        }
        finally
        {
            Segment.Release();
        }
    }

    /// <summary>Gives its reference on the memory back; a write that is running ends first. Later calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) Segment.Release();
    }
}
