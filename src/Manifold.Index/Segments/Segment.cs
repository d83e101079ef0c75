using Manifold.Index.FullText;

namespace Manifold.Index;

/// <summary>
/// An immutable segment file, mapped into memory. Rows are in ascending order of their ids. The file must not change while it is open; it
/// may be deleted where the system allows it.
/// </summary>
/// <remarks>
/// Opening costs the header and the table, whatever the size. Disposing gives back the opener's reference; an index that the segment was
/// added to has its own.
/// </remarks>
public sealed class Segment : SegmentReader, IDisposable
{
    private readonly SectionFile _file;
    private readonly SegmentColumns _columns;
    private int _disposed;

    private Segment(SectionFile file, SegmentColumns columns)
        : base(columns.Spaces) => (_file, _columns) = (file, columns);

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    public override int RowCount => _file.RowCount;

    /// <summary>Its indexes, or null while it has none.</summary>
    public SegmentIndex? Index { get; private set; }

    /// <summary>The file's bytes.</summary>
    public long Bytes => _file.Bytes;

    internal override AttributeColumns? Columns => Index?.Columns;

    internal override FullTextIndex? Text => Index?.Text;

    internal override bool IsSortedById => true;

    internal override int BlockRows => RowBitmap.ChunkRows;

    /// <summary>Opens a segment: checks header, table and the bounds of all sections, and reads nothing else (<see cref="Verify"/> does).</summary>
    /// <param name="path">The file.</param>
    /// <param name="lease">What keeps the file where it is, if anything does; disposed when the file is unmapped or cannot be opened.</param>
    /// <exception cref="CorruptSegmentException">The file is damaged, cut, or of another kind or version.</exception>
    /// <exception cref="IOException">The file cannot be read; <see cref="FileNotFoundException"/> if there is none.</exception>
    public static Segment Open(string path, IDisposable? lease = null)
    {
        var file = SectionFile.Open(path, SectionFileKind.Segment, lease);
        try
        {
            return new Segment(file, new SegmentColumns(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the whole file and compares all checksums.</summary>
    /// <exception cref="CorruptSegmentException">A section, or the space between two, is damaged.</exception>
    public void Verify(CancellationToken cancellationToken = default)
    {
        AddReference();
        try
        {
            _file.Verify(cancellationToken);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>The same for the file of its indexes, if it has any.</summary>
    /// <exception cref="CorruptSegmentException">A section, or the space between two, is damaged.</exception>
    public void VerifyIndex(CancellationToken cancellationToken = default)
    {
        AddReference();
        try
        {
            Index?.Verify(cancellationToken);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Gives the segment its indexes, which it owns from here on. Before it is searched; once.</summary>
    /// <exception cref="CorruptSegmentException">They are of another number of rows, or damaged.</exception>
    public void Attach(SegmentIndex index)
    {
        if (Index is not null) throw new InvalidOperationException($"'{Path}' has its indexes already.");
        if (index.RowCount != RowCount) throw new CorruptSegmentException(index.Path, "header", 16, $"it is over {index.RowCount} rows, the segment '{Path}' has {RowCount}");
        index.Bind(this);
        Index = index;
    }

    public override ReadOnlySpan<byte> GetId(int row) => _columns.GetId(row);

    public override ReadOnlySpan<byte> GetEncodedAttributes(int row) => _columns.GetAttributes(row);

    public override ReadOnlySpan<byte> GetContent(int row) => _columns.GetContent(row);

    public override byte GetModality(int row) => _columns.GetModality(row);

    public override bool TryGetVector(int row, int space, out ReadOnlySpan<float> vector) => _columns.TryGetVector(row, space, out vector);

    /// <summary>Gives back the opener's reference; the memory goes when the last view that holds the segment has gone.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) Release();
    }

    internal override bool TryFind(ReadOnlySpan<byte> id, ulong hash, int rowLimit, out int row) => _columns.TryFind(id, hash, out row) && row < rowLimit;

    internal override bool TryGetBlock(int space, int firstRow, int count, out VectorBlock block, out ReadOnlySpan<ulong> presence) =>
        _columns.TryGetBlock(space, firstRow, count, out block, out presence);

    internal override bool TryGetVectors(int row, int space, out VectorBlock vectors, out ReadOnlySpan<Place> places) =>
        _columns.TryGetVectors(row, space, out vectors, out places);

    internal override Exception DamagedAttributes(int row, InvalidDataException malformed) => _columns.DamagedAttributes(row, malformed);

    private protected override void ReleaseMemory()
    {
        Index?.Dispose();
        _file.Dispose();
    }
}
