using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>Writes segment files (see <c>SectionFormat</c> for their form). Stateless; reads its sources from one thread.</summary>
public static class SegmentWriter
{
    /// <summary>How many rows are written between two looks at the cancellation.</summary>
    private const int CancellationRows = 4096;

    /// <summary>
    /// Writes the live rows of all sources as one segment, ordered by id. Memory needed beside the sources: about 40 bytes a row.
    /// </summary>
    /// <param name="output">Written forward only; neither flushed to the medium nor closed.</param>
    /// <param name="spaces">The spaces of the segment; what a source has beyond them is left out.</param>
    /// <param name="sources">The rows. Several sources are how segments are merged.</param>
    /// <param name="cancellationToken">Stops between rows; what was written so far is of no use.</param>
    /// <exception cref="ArgumentException">Two live rows have one id, or a source has a space with another dimension or metric.</exception>
    public static void Write(
        Stream output,
        IReadOnlyList<SpaceSchema> spaces,
        IReadOnlyList<SegmentSource> sources,
        CancellationToken cancellationToken = default)
    {
        foreach (var space in spaces)
            foreach (var source in sources)
                if (source.Reader.Spaces.FirstOrDefault(other => other.Name == space.Name) is { } other && !other.IsCompatible(space))
                    throw new ArgumentException($"A source has {other} where the segment has {space}.", nameof(sources));

        var plan = SegmentPlan.Make(spaces, sources, cancellationToken);
        var stream = new SectionStream(output);
        var tableLength = SectionFormat.EncodeTable(plan.Sections).Length;
        stream.Write(SectionFormat.EncodeHeader(SectionFileKind.Segment, plan.Sections.Count, plan.Rows.Length, plan.TableOffset, tableLength));

        var written = new List<SegmentSection>();
        foreach (var section in plan.Sections)
        {
            stream.PadTo(section.Offset);
            stream.BeginSection();
            WriteSection(stream, plan, section, spaces, cancellationToken);
            written.Add(section with { Checksum = stream.EndSection() });
        }

        stream.Write(SectionFormat.EncodeTable(written));
        stream.Flush();
    }

    private static void WriteSection(SectionStream stream, SegmentPlan plan, SegmentSection section, IReadOnlyList<SpaceSchema> spaces, CancellationToken cancellationToken)
    {
        var space = spaces.TakeWhile(candidate => candidate.Name != section.Space).Count();
        switch (section.Kind)
        {
            case SectionKind.Vectors when spaces[space].IsMultiVector:
                WriteMultiVectors(stream, plan, space, cancellationToken);
                break;
            case SectionKind.Vectors when section.Length > 0:
                WriteVectors(stream, plan, space, section.Dimension, cancellationToken);
                break;
            case SectionKind.VectorStarts:
                WriteStarts(stream, plan, space);
                break;
            case SectionKind.Places:
                WritePlaces(stream, plan, space);
                break;
            case SectionKind.Presence:
                WritePresence(stream, plan, space);
                break;
            case SectionKind.IdOffsets:
                WriteOffsets(stream, plan, static (SegmentPlan plan, in SegmentPlan.Row row) => plan.Id(row));
                break;
            case SectionKind.IdBytes:
                WriteBytes(stream, plan, static (SegmentPlan plan, in SegmentPlan.Row row) => plan.Id(row), cancellationToken);
                break;
            case SectionKind.IdHashes:
                foreach (var (hash, _) in Hashes(plan)) stream.Write(hash);
                break;
            case SectionKind.IdHashRows:
                foreach (var (_, row) in Hashes(plan)) stream.Write(row);
                break;
            case SectionKind.AttributeOffsets:
                WriteOffsets(stream, plan, static (SegmentPlan plan, in SegmentPlan.Row row) => plan.Attributes(row));
                break;
            case SectionKind.AttributeBytes:
                WriteBytes(stream, plan, static (SegmentPlan plan, in SegmentPlan.Row row) => plan.Attributes(row), cancellationToken);
                break;
            case SectionKind.Modalities:
                foreach (var row in plan.Rows) stream.Write(plan.Sources[row.Source].Reader.GetModality(row.Number));
                break;
            case SectionKind.ContentOffsets:
                WriteOffsets(stream, plan, static (SegmentPlan plan, in SegmentPlan.Row row) => plan.Content(row));
                break;
            case SectionKind.ContentBytes:
                WriteBytes(stream, plan, static (SegmentPlan plan, in SegmentPlan.Row row) => plan.Content(row), cancellationToken);
                break;
        }
    }

    private static void WriteVectors(SectionStream stream, SegmentPlan plan, int space, int dimension, CancellationToken cancellationToken)
    {
        var absent = new float[dimension];
        for (var i = 0; i < plan.Rows.Length; i++)
        {
            if (i % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
            stream.Write(MemoryMarshal.AsBytes(plan.TryGetVector(plan.Rows[i], space, out var vector) ? vector : absent));
        }
    }

    private static void WriteMultiVectors(SectionStream stream, SegmentPlan plan, int space, CancellationToken cancellationToken)
    {
        for (var i = 0; i < plan.Rows.Length; i++)
        {
            if (i % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
            if (plan.TryGetVectors(plan.Rows[i], space, out var vectors, out _) && vectors.TryGetElements(out var elements)) stream.Write(MemoryMarshal.AsBytes(elements));
        }
    }

    private static void WriteStarts(SectionStream stream, SegmentPlan plan, int space)
    {
        long next = 0;
        stream.Write(next);
        foreach (ref readonly var row in plan.Rows.AsSpan()) stream.Write(next += plan.TryGetVectors(row, space, out var vectors, out _) ? vectors.Count : 0);
    }

    private static void WritePlaces(SectionStream stream, SegmentPlan plan, int space)
    {
        foreach (ref readonly var row in plan.Rows.AsSpan())
        {
            if (!plan.TryGetVectors(row, space, out var vectors, out var places)) continue;
            if (places.IsEmpty) places = Enumerable.Repeat(Place.None, vectors.Count).ToArray();
            stream.Write(MemoryMarshal.AsBytes(places));
        }
    }

    private static void WritePresence(SectionStream stream, SegmentPlan plan, int space)
    {
        for (var first = 0; first < plan.Rows.Length; first += 64)
        {
            ulong word = 0;
            for (var i = first; i < Math.Min(first + 64, plan.Rows.Length); i++)
                if (plan.TryGetVector(plan.Rows[i], space, out _)) word |= 1UL << i;
            stream.Write(word);
        }
    }

    private static void WriteOffsets(SectionStream stream, SegmentPlan plan, Column column)
    {
        long offset = 0;
        stream.Write(offset);
        foreach (ref readonly var row in plan.Rows.AsSpan()) stream.Write(offset += column(plan, row).Length);
    }

    private static void WriteBytes(SectionStream stream, SegmentPlan plan, Column column, CancellationToken cancellationToken)
    {
        for (var i = 0; i < plan.Rows.Length; i++)
        {
            if (i % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
            stream.Write(column(plan, plan.Rows[i]));
        }
    }

    private static (ulong Hash, int Row)[] Hashes(SegmentPlan plan)
    {
        var hashes = new (ulong Hash, int Row)[plan.Rows.Length];
        for (var row = 0; row < hashes.Length; row++) hashes[row] = (SegmentReader.HashId(plan.Id(plan.Rows[row])), row);
        Array.Sort(hashes);
        return hashes;
    }

    private delegate ReadOnlySpan<byte> Column(SegmentPlan plan, in SegmentPlan.Row row);
}
