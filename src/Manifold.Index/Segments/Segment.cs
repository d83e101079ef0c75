using System.IO.Hashing;
using System.IO.MemoryMappedFiles;

namespace Manifold.Index;

/// <summary>
/// An immutable segment file, mapped into memory. Rows are in ascending order of their ids. The file must not change while it is open; it
/// may be deleted where the system allows it.
/// </summary>
/// <remarks>
/// Opening costs the header and the table, whatever the size. Disposing gives back the opener's reference; an index that the segment was
/// added to has its own.
/// </remarks>
public sealed unsafe class Segment : SegmentReader, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly SegmentSection[] _sections;
    private readonly SegmentColumns _columns;
    private readonly long _tableOffset;
    private int _disposed;

    private Segment(
        string path,
        MemoryMappedFile file,
        MemoryMappedViewAccessor view,
        byte* start,
        int rowCount,
        SegmentSection[] sections,
        long tableOffset,
        SegmentColumns columns)
        : base(columns.Spaces)
    {
        Path = path;
        RowCount = rowCount;
        _file = file;
        _view = view;
        _start = start;
        _sections = sections;
        _tableOffset = tableOffset;
        _columns = columns;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    public override int RowCount { get; }

    /// <summary>The file's bytes.</summary>
    public long Bytes => _view.Capacity;

    internal override bool IsSortedById => true;

    internal override int BlockRows => RowBitmap.ChunkRows;

    /// <summary>Opens a segment: checks header, table and the bounds of all sections, and reads nothing else (<see cref="Verify"/> does).</summary>
    /// <exception cref="CorruptSegmentException">The file is damaged, cut, or of another kind or version.</exception>
    /// <exception cref="IOException">The file cannot be read; <see cref="FileNotFoundException"/> if there is none.</exception>
    public static Segment Open(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        var fileLength = stream.Length;
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderBytes];
        stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        var (sectionCount, rowCount, tableOffset, tableLength) = SegmentFormat.DecodeHeader(header, fileLength, path);
        var table = new byte[tableLength];
        stream.Position = tableOffset;
        stream.ReadExactly(table);
        var sections = SegmentFormat.DecodeTable(table, tableOffset, sectionCount, path);

        var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = file.CreateViewAccessor(0, fileLength, MemoryMappedFileAccess.Read);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            try
            {
                return new Segment(path, file, view, start, rowCount, sections, tableOffset, new SegmentColumns(path, start, rowCount, sections));
            }
            catch
            {
                view.SafeMemoryMappedViewHandle.ReleasePointer();
                throw;
            }
        }
        catch
        {
            view?.Dispose();
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
            var end = (long)SegmentFormat.HeaderBytes;
            foreach (var section in _sections)
            {
                for (var offset = end; offset < section.Offset; offset++)
                    if (_start[offset] != 0) throw new CorruptSegmentException(Path, "padding", offset, "a byte is not zero");
                if (Hash(section.Offset, section.Length, cancellationToken) != section.Checksum)
                    throw new CorruptSegmentException(Path, section.Name, section.Offset, $"the checksum of its {section.Length} bytes does not match");
                end = section.Offset + section.Length;
            }

            VerifyEnds();
        }
        finally
        {
            Release();
        }
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

    internal override Exception DamagedAttributes(int row, InvalidDataException malformed) => _columns.DamagedAttributes(row, malformed);

    private protected override void ReleaseMemory()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    /// <summary>Header and table again, as they are in the file now.</summary>
    private void VerifyEnds()
    {
        var header = new ReadOnlySpan<byte>(_start, SegmentFormat.HeaderBytes);
        var (count, _, _, tableLength) = SegmentFormat.DecodeHeader(header, _view.Capacity, Path);
        SegmentFormat.DecodeTable(new ReadOnlySpan<byte>(_start + _tableOffset, tableLength), _tableOffset, count, Path);
    }

    private ulong Hash(long offset, long length, CancellationToken cancellationToken)
    {
        const int Step = 1 << 20; // a look at the cancellation for each MiB
        var hash = new XxHash3();
        for (var done = 0L; done < length; done += Step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.Append(new ReadOnlySpan<byte>(_start + offset + done, (int)Math.Min(Step, length - done)));
        }

        return hash.GetCurrentHashAsUInt64();
    }
}
