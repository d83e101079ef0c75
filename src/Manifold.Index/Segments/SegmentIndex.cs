using Manifold.Index.FullText;
using Manifold.Index.Partitions;
using Manifold.Index.Scalar;

namespace Manifold.Index;

/// <summary>
/// The indexes over the rows of one segment, in a file beside it: whatever makes searches faster than reading all rows. It can always be made again from the
/// segment; without it the same searches give the same or better answers, more slowly.
/// </summary>
/// <remarks>Owned by the segment that it is attached to, and unmapped with it.</remarks>
public sealed class SegmentIndex : IDisposable
{
    private readonly SectionFile _file;
    private SpaceIndex?[] _spaces = [];
    private ScalarCodes?[] _scalars = [];

    private SegmentIndex(SectionFile file)
    {
        _file = file;
        Columns = AttributeColumns.Open(file);
        Text = FullTextIndex.Open(file);
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>The file's bytes.</summary>
    public long Bytes => _file.Bytes;

    internal int RowCount => _file.RowCount;

    /// <summary>The columns of the attributes, or null if the file has none.</summary>
    internal AttributeColumns? Columns { get; }

    /// <summary>The full text of the attributes, or null if the file has none.</summary>
    internal FullTextIndex? Text { get; }

    /// <summary>Makes the indexes of a segment and writes them.</summary>
    /// <param name="output">Written forward only; neither flushed to the medium nor closed.</param>
    /// <param name="segment">The segment, open during the call.</param>
    /// <param name="cancellationToken">Stops between steps; what was written so far is of no use.</param>
    public static void Write(Stream output, Segment segment, CancellationToken cancellationToken = default) => Write(output, segment, segment.Spaces, cancellationToken);

    /// <summary>The same, as the spaces want it.</summary>
    /// <param name="output">Written forward only; neither flushed to the medium nor closed.</param>
    /// <param name="segment">The segment, open during the call.</param>
    /// <param name="spaces">The index's spaces: their <see cref="SpaceSchema.Precision"/> and <see cref="SpaceSchema.CodeBits"/> count here.</param>
    /// <param name="cancellationToken">Stops between steps; what was written so far is of no use.</param>
    public static void Write(Stream output, Segment segment, IReadOnlyList<SpaceSchema> spaces, CancellationToken cancellationToken = default)
    {
        var columns = ColumnWriter.MakeSections(segment, cancellationToken);
        var text = FullTextIndex.MakeSections(segment, cancellationToken);
        var scalars = new List<IndexSection>();
        var partitions = new List<BuiltPartitions>();
        try
        {
            for (var space = 0; space < segment.Spaces.Count; space++)
            {
                var schema = spaces.FirstOrDefault(candidate => candidate.Name == segment.Spaces[space].Name) ?? segment.Spaces[space];
                scalars.AddRange(ScalarEncoding.MakeSections(segment, space, schema.Precision, cancellationToken));
                if (BuiltPartitions.Build(segment, space, new PartitionOptions { Bits = schema.CodeBits }, cancellationToken) is { } built) partitions.Add(built);
            }

            SectionWriter.Write(output, SectionFileKind.Index, segment.RowCount, [.. columns, .. text, .. scalars, .. partitions.SelectMany(built => built.ToSections())]);
        }
        finally
        {
            foreach (var built in partitions) built.Dispose();
        }
    }

    /// <summary>Opens an index file: checks header, table and the bounds of all sections.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lease">What keeps the file where it is, if anything does; disposed when the file is unmapped or cannot be opened.</param>
    /// <exception cref="CorruptSegmentException">The file is damaged, cut, or of another kind or version.</exception>
    /// <exception cref="IOException">The file cannot be read; <see cref="FileNotFoundException"/> if there is none.</exception>
    public static SegmentIndex Open(string path, IDisposable? lease = null)
    {
        var file = SectionFile.Open(path, SectionFileKind.Index, lease);
        try
        {
            return new SegmentIndex(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Unmaps the file, unless it was attached to a segment, which then does.</summary>
    public void Dispose()
    {
        foreach (var space in _spaces) space?.Dispose();
        _file.Dispose();
    }

    /// <summary>The index over the vectors of a space, or null where a scan is as good.</summary>
    internal SpaceIndex? OfSpace(int space) => _spaces[space];

    /// <summary>The vectors of a space in fewer bits, or null where they are scanned as they are.</summary>
    internal ScalarCodes? ScalarsOf(int space) => _scalars[space];

    /// <summary>Opens what the file holds over the rows of its segment.</summary>
    /// <exception cref="CorruptSegmentException">A section is missing, of another length, or impossible.</exception>
    internal void Bind(Segment segment)
    {
        _scalars = [.. Enumerable.Range(0, segment.Spaces.Count).Select(space => ScalarCodes.Open(_file, segment, space))];
        _spaces = [.. Enumerable.Range(0, segment.Spaces.Count).Select(space => PartitionSettings.Open(_file, segment, space) is { } index ? new SpaceIndex(index) : null)];
    }

    internal void Verify(CancellationToken cancellationToken) => _file.Verify(cancellationToken);
}
