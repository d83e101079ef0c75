using System.Buffers.Binary;

namespace Manifold.Index;

/// <summary>
/// Which rows a segment will hold, in the order of their ids, and the sections with their places. Lengths are known before anything is
/// written.
/// </summary>
internal sealed class SegmentPlan
{
    private SegmentPlan(IReadOnlyList<SpaceSchema> spaces, IReadOnlyList<SegmentSource> sources, Row[] rows)
    {
        Sources = sources;
        Rows = rows;
        SpaceIndexes = [.. spaces.Select(space => sources.Select(source => source.Reader.IndexOfSpace(space.Name)).ToArray())];
        Sections = Arrange(Measure(spaces), out var end);
        TableOffset = end;
    }

    public IReadOnlyList<SegmentSource> Sources { get; }

    /// <summary>In ascending order of the ids' UTF-8 bytes.</summary>
    public Row[] Rows { get; }

    /// <summary>By space and source: the space's index in the source, or -1.</summary>
    public int[][] SpaceIndexes { get; }

    /// <summary>All sections in order, without checksums.</summary>
    public IReadOnlyList<SegmentSection> Sections { get; }

    public long TableOffset { get; }

    /// <exception cref="ArgumentException">Two rows have one id.</exception>
    public static SegmentPlan Make(IReadOnlyList<SpaceSchema> spaces, IReadOnlyList<SegmentSource> sources, CancellationToken cancellationToken)
    {
        SpaceSchema.Check(spaces);
        var rows = new List<Row>();
        for (var i = 0; i < sources.Count; i++)
        {
            var (reader, rowCount, deleted) = sources[i];
            for (var row = 0; row < rowCount; row++)
                if (!deleted.Contains(row)) rows.Add(new Row(Prefix(reader.GetId(row)), i, row));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var order = new IdOrder(sources);
        rows.Sort(order);
        for (var i = 1; i < rows.Count; i++)
            if (order.Compare(rows[i - 1], rows[i]) == 0)
                throw new ArgumentException($"Two rows have the id '{Utf8Text.Decode(sources[rows[i].Source].Reader.GetId(rows[i].Number))}'.", nameof(sources));
        cancellationToken.ThrowIfCancellationRequested();
        return new SegmentPlan(spaces, sources, [.. rows]);
    }

    public ReadOnlySpan<byte> Id(in Row row) => Sources[row.Source].Reader.GetId(row.Number);

    public ReadOnlySpan<byte> Attributes(in Row row) => Sources[row.Source].Reader.GetEncodedAttributes(row.Number);

    public ReadOnlySpan<byte> Content(in Row row) => Sources[row.Source].Reader.GetContent(row.Number);

    public bool TryGetVector(in Row row, int space, out ReadOnlySpan<float> vector)
    {
        var index = SpaceIndexes[space][row.Source];
        vector = default;
        return index >= 0 && Sources[row.Source].Reader.TryGetVector(row.Number, index, out vector);
    }

    public bool TryGetVectors(in Row row, int space, out VectorBlock vectors, out ReadOnlySpan<Place> places)
    {
        var index = SpaceIndexes[space][row.Source];
        vectors = default;
        places = default;
        return index >= 0 && Sources[row.Source].Reader.TryGetVectors(row.Number, index, out vectors, out places);
    }

    private static List<SegmentSection> Arrange(IEnumerable<SegmentSection> measured, out long end)
    {
        var sections = new List<SegmentSection>();
        end = SectionFormat.HeaderBytes;
        foreach (var section in measured)
        {
            var offset = SectionFormat.Align(end, section.Alignment);
            sections.Add(section with { Offset = offset });
            end = offset + section.Length;
        }

        return sections;
    }

    /// <summary>The first 8 bytes as a number in the same order, so that most comparisons touch no id.</summary>
    private static ulong Prefix(ReadOnlySpan<byte> id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        id[..Math.Min(id.Length, bytes.Length)].CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private List<SegmentSection> Measure(IReadOnlyList<SpaceSchema> spaces)
    {
        long ids = 0, attributes = 0, contents = 0;
        var present = new long[spaces.Count];
        var vectors = new long[spaces.Count];
        var placed = new bool[spaces.Count];
        foreach (ref readonly var row in Rows.AsSpan())
        {
            ids += Id(row).Length;
            attributes += Attributes(row).Length;
            contents += Content(row).Length;
            for (var space = 0; space < spaces.Count; space++)
            {
                if (!spaces[space].IsMultiVector)
                {
                    if (TryGetVector(row, space, out _)) present[space]++;
                }
                else if (TryGetVectors(row, space, out var of, out var places))
                {
                    vectors[space] += of.Count;
                    placed[space] |= !places.IsEmpty;
                }
            }
        }

        var sections = new List<SegmentSection>();
        for (var i = 0; i < spaces.Count; i++)
        {
            var (name, dimension, metric) = spaces[i];
            if (spaces[i].IsMultiVector)
            {
                sections.Add(new(SectionKind.Vectors, name, dimension, metric, 0, vectors[i] * dimension * sizeof(float), 0));
                sections.Add(new(SectionKind.VectorStarts, name, dimension, metric, 0, (Rows.LongLength + 1) * sizeof(ulong), 0));
                if (placed[i]) sections.Add(new(SectionKind.Places, name, dimension, metric, 0, vectors[i] * Place.Bytes, 0));
                continue;
            }

            var length = present[i] == 0 ? 0 : Rows.LongLength * dimension * sizeof(float);
            sections.Add(new(SectionKind.Vectors, name, dimension, metric, 0, length, 0));
            if (present[i] > 0 && present[i] < Rows.Length)
                sections.Add(new(SectionKind.Presence, name, dimension, metric, 0, (Rows.LongLength + 63) / 64 * sizeof(ulong), 0));
        }

        Add(SectionKind.IdOffsets, (Rows.LongLength + 1) * sizeof(ulong));
        Add(SectionKind.IdBytes, ids);
        Add(SectionKind.IdHashes, Rows.LongLength * sizeof(ulong));
        Add(SectionKind.IdHashRows, Rows.LongLength * sizeof(int));
        Add(SectionKind.AttributeOffsets, (Rows.LongLength + 1) * sizeof(ulong));
        Add(SectionKind.AttributeBytes, attributes);
        Add(SectionKind.Modalities, Rows.LongLength);
        Add(SectionKind.ContentOffsets, (Rows.LongLength + 1) * sizeof(ulong));
        Add(SectionKind.ContentBytes, contents);
        return sections;

        void Add(SectionKind kind, long length) => sections.Add(new(kind, "", 0, default, 0, length, 0));
    }

    /// <summary>One row to be written.</summary>
    internal readonly record struct Row(ulong Prefix, int Source, int Number);

    private sealed class IdOrder(IReadOnlyList<SegmentSource> sources) : IComparer<Row>
    {
        public int Compare(Row a, Row b) =>
            a.Prefix != b.Prefix
                ? a.Prefix.CompareTo(b.Prefix)
                : sources[a.Source].Reader.GetId(a.Number).SequenceCompareTo(sources[b.Source].Reader.GetId(b.Number));
    }
}
