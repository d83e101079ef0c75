using System.IO.Hashing;
using System.IO.MemoryMappedFiles;

namespace Manifold.Index;

/// <summary>
/// A file of checksummed sections (see <see cref="SectionFormat"/>), mapped into memory. Opening costs the header and the table, whatever the size. The file
/// must not change while it is open; it may be deleted where the system allows it. Reading is safe from any number of threads until it is disposed.
/// </summary>
internal sealed unsafe class SectionFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly SectionFileKind _kind;
    private readonly Dictionary<(SectionKind Kind, string Name), SegmentSection> _byName = [];
    private readonly long _tableOffset;
    private readonly IDisposable? _lease;

    private SectionFile(string path, SectionFileKind kind, MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start, int rowCount, SegmentSection[] sections, long tableOffset, IDisposable? lease)
    {
        Path = path;
        RowCount = rowCount;
        Sections = sections;
        Start = start;
        foreach (var section in sections) _byName.TryAdd((section.Kind, section.Space), section);
        (_kind, _file, _view, _tableOffset, _lease) = (kind, file, view, tableOffset, lease);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The rows that the sections are about.</summary>
    public int RowCount { get; }

    /// <summary>All sections, in the order of the file.</summary>
    public IReadOnlyList<SegmentSection> Sections { get; }

    /// <summary>The file's first byte, valid until the file is disposed.</summary>
    public byte* Start { get; }

    /// <summary>The file's bytes.</summary>
    public long Bytes => _view.Capacity;

    /// <summary>Opens a file: checks header, table and the bounds of all sections, and reads nothing else (<see cref="Verify"/> does).</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="lease">What keeps the file where it is; disposed when it is unmapped or cannot be opened.</param>
    /// <exception cref="CorruptSegmentException">The file is damaged, cut, or of another kind or version.</exception>
    /// <exception cref="IOException">The file cannot be read; <see cref="FileNotFoundException"/> if there is none.</exception>
    public static SectionFile Open(string path, SectionFileKind kind, IDisposable? lease = null)
    {
        try
        {
            return Map(path, kind, lease);
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }

    private static SectionFile Map(string path, SectionFileKind kind, IDisposable? lease)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        var fileLength = stream.Length;
        Span<byte> header = stackalloc byte[SectionFormat.HeaderBytes];
        stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        var (sectionCount, rowCount, tableOffset, tableLength) = SectionFormat.DecodeHeader(kind, header, fileLength, path);
        var table = new byte[tableLength];
        stream.Position = tableOffset;
        stream.ReadExactly(table);
        var sections = SectionFormat.DecodeTable(table, tableOffset, sectionCount, path);

        var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = file.CreateViewAccessor(0, fileLength, MemoryMappedFileAccess.Read);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            return new SectionFile(path, kind, file, view, start, rowCount, sections, tableOffset, lease);
        }
        catch
        {
            view?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>The section of a kind and name, or null.</summary>
    public SegmentSection? TryFind(SectionKind kind, string name = "") => _byName.GetValueOrDefault((kind, name));

    /// <summary>The section of a kind and name.</summary>
    /// <exception cref="CorruptSegmentException">There is none.</exception>
    public SegmentSection Find(SectionKind kind, string name = "") =>
        TryFind(kind, name) ?? throw new CorruptSegmentException(Path, "table", _tableOffset, $"section {kind}{(name.Length > 0 ? $" {name}" : "")} is missing");

    /// <summary>The section of a kind and name, of this length.</summary>
    /// <exception cref="CorruptSegmentException">There is none, or its length is another.</exception>
    public SegmentSection Find(SectionKind kind, string name, long length)
    {
        var section = Find(kind, name);
        return section.Length == length ? section : throw Damaged(section, 0, $"{section.Length} bytes where {length} are needed");
    }

    /// <summary>The section's first byte, valid until the file is disposed.</summary>
    public byte* At(SegmentSection section) => Start + section.Offset;

    /// <summary>What to throw where a section turns out to be damaged.</summary>
    /// <param name="section">The section.</param>
    /// <param name="offset">Where in the section.</param>
    /// <param name="what">What is wrong.</param>
    public CorruptSegmentException Damaged(SegmentSection section, long offset, string what) => new(Path, section.Name, section.Offset + offset, what);

    /// <summary>Compares the checksum of one section.</summary>
    /// <exception cref="CorruptSegmentException">It does not match.</exception>
    public void VerifySection(SegmentSection section, CancellationToken cancellationToken = default)
    {
        if (Hash(section.Offset, section.Length, cancellationToken) != section.Checksum)
            throw new CorruptSegmentException(Path, section.Name, section.Offset, $"the checksum of its {section.Length} bytes does not match");
    }

    /// <summary>Reads the whole file and compares all checksums.</summary>
    /// <exception cref="CorruptSegmentException">A section, or the space between two, is damaged.</exception>
    public void Verify(CancellationToken cancellationToken = default)
    {
        var end = (long)SectionFormat.HeaderBytes;
        foreach (var section in Sections)
        {
            for (var offset = end; offset < section.Offset; offset++)
                if (Start[offset] != 0) throw new CorruptSegmentException(Path, "padding", offset, "a byte is not zero");
            VerifySection(section, cancellationToken);
            end = section.Offset + section.Length;
        }

        // Header and table again, as they are in the file now.
        var header = new ReadOnlySpan<byte>(Start, SectionFormat.HeaderBytes);
        var (count, _, _, tableLength) = SectionFormat.DecodeHeader(_kind, header, Bytes, Path);
        SectionFormat.DecodeTable(new ReadOnlySpan<byte>(Start + _tableOffset, tableLength), _tableOffset, count, Path);
    }

    /// <summary>Unmaps the file: no pointer into it may be in use any more.</summary>
    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        _lease?.Dispose();
    }

    private ulong Hash(long offset, long length, CancellationToken cancellationToken)
    {
        const int Step = 1 << 20; // a look at the cancellation for each MiB
        var hash = new XxHash3();
        for (var done = 0L; done < length; done += Step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.Append(new ReadOnlySpan<byte>(Start + offset + done, (int)Math.Min(Step, length - done)));
        }

        return hash.GetCurrentHashAsUInt64();
    }
}
