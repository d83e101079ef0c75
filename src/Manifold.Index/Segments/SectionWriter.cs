namespace Manifold.Index;

/// <summary>Writes a file of sections whose lengths are known (see <see cref="SectionFormat"/>).</summary>
internal static class SectionWriter
{
    /// <param name="output">Written forward only; neither flushed to the medium nor closed.</param>
    /// <param name="kind">What the file is.</param>
    /// <param name="rows">The rows that the sections are about.</param>
    /// <param name="sections">Written one after the other.</param>
    public static void Write(Stream output, SectionFileKind kind, int rows, IReadOnlyList<IndexSection> sections)
    {
        var placed = new List<SegmentSection>();
        var end = (long)SectionFormat.HeaderBytes;
        foreach (var section in sections)
        {
            var place = new SegmentSection(section.Kind, section.Name, 0, default, 0, section.Length, 0);
            placed.Add(place with { Offset = SectionFormat.Align(end, place.Alignment) });
            end = placed[^1].Offset + section.Length;
        }

        var stream = new SectionStream(output);
        stream.Write(SectionFormat.EncodeHeader(kind, sections.Count, rows, end, SectionFormat.EncodeTable(placed).Length));
        for (var i = 0; i < placed.Count; i++)
        {
            stream.PadTo(placed[i].Offset);
            stream.BeginSection();
            sections[i].Write(stream);
            placed[i] = placed[i] with { Checksum = stream.EndSection() };
        }

        stream.Write(SectionFormat.EncodeTable(placed));
        stream.Flush();
    }
}
