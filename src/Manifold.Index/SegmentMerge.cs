namespace Manifold.Index;

/// <summary>
/// Sealed segments on their way to one. They stay searchable, and their rows can still be replaced and deleted, until
/// <see cref="IndexWriter.Replace(SegmentMerge, string, Segment, RowBitmap)"/> puts the merged segment in their place.
/// </summary>
/// <remarks>Holds the segments' memory until it is disposed.</remarks>
public sealed class SegmentMerge : IDisposable
{
    private readonly List<Source> _sources;
    private int _disposed;

    internal SegmentMerge(IReadOnlyList<SpaceSchema> spaces, IEnumerable<(string Name, Segment Segment, RowBitmap Deleted)> sources)
    {
        Spaces = spaces;
        _sources = [.. sources.Select(source => new Source(source.Name, source.Segment, source.Deleted))];
        LiveRows = _sources.Sum(source => source.Segment.RowCount - source.Deleted.Count);
        foreach (var source in _sources) source.Segment.AddReference();
    }

    /// <summary>The segments' names.</summary>
    public IEnumerable<string> Names => _sources.Select(source => source.Name);

    /// <summary>How many rows were live at the beginning: the rows that <see cref="WriteTo"/> writes.</summary>
    public int LiveRows { get; }

    /// <summary>Rows of the merged segment whose items were replaced or deleted since, as far as <see cref="Follow"/> was told.</summary>
    internal RowBitmap.Builder Deleted { get; } = new(RowBitmap.Empty);

    private IReadOnlyList<SpaceSchema> Spaces { get; }

    /// <summary>Reads the segments once and compares their checksums, so that damage is not written into a new segment as if it were sound.</summary>
    /// <exception cref="CorruptSegmentException">A segment is damaged.</exception>
    public void Verify(CancellationToken cancellationToken = default)
    {
        foreach (var source in _sources) source.Segment.Verify(cancellationToken);
    }

    /// <summary>Writes the rows that were live at the beginning as one segment file. May run on any thread while the writer goes on.</summary>
    /// <param name="output">Written forward only; neither flushed to the medium nor closed.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    public void WriteTo(Stream output, CancellationToken cancellationToken = default) =>
        SegmentWriter.Write(output, Spaces, [.. _sources.Select(source => new SegmentSource(source.Segment, source.Segment.RowCount, source.Deleted))], cancellationToken);

    /// <summary>Takes deletions of the segments over to the merged one: what was deleted since the beginning, and since the last call.</summary>
    /// <param name="segments">The writer's segments now (<see cref="IndexWriter.SealedSegments"/>).</param>
    /// <param name="merged">The segment that <see cref="WriteTo"/> wrote.</param>
    /// <returns>All deleted rows of the merged segment so far.</returns>
    /// <exception cref="ArgumentException">A segment has gone, or the merged one was not made of them.</exception>
    public RowBitmap Follow(IEnumerable<SealedSegment> segments, Segment merged)
    {
        if (merged.RowCount != LiveRows)
            throw new ArgumentException($"Segment '{merged.Path}' has {merged.RowCount} rows; {LiveRows} were live when the merge began.", nameof(merged));
        var now = segments.ToDictionary(segment => segment.Name, segment => segment.Deleted);
        foreach (var source in _sources)
        {
            if (!now.TryGetValue(source.Name, out var deleted)) throw new ArgumentException($"There is no segment '{source.Name}' any more.", nameof(segments));
            if (deleted.Count == source.Followed.Count) continue;
            foreach (var row in deleted.Rows)
            {
                if (source.Followed.Contains(row)) continue;
                var id = source.Segment.GetId(row);
                if (!merged.TryFind(id, SegmentReader.HashId(id), merged.RowCount, out var mergedRow))
                    throw new ArgumentException($"Segment '{merged.Path}' lacks the item '{Utf8Text.Decode(id)}'.", nameof(merged));
                Deleted.Add(mergedRow);
            }

            source.Followed = deleted;
        }

        return Deleted.ToImmutable();
    }

    /// <summary>Gives the references on the segments back. Later calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        foreach (var source in _sources) source.Segment.Release();
    }

    private sealed class Source(string name, Segment segment, RowBitmap deleted)
    {
        public string Name => name;

        public Segment Segment => segment;

        /// <summary>The rows that are not written.</summary>
        public RowBitmap Deleted { get; } = deleted;

        /// <summary>Those, and the ones that were taken over to the merged segment.</summary>
        public RowBitmap Followed { get; set; } = deleted;
    }
}
