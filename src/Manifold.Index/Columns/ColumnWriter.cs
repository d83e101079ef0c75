using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>Makes the columns of a segment's attributes and modality. The same rows give the same bytes.</summary>
/// <remarks>
/// Memory beside the segment: the finished columns (12 bytes a number or time, 2 to 16 bytes a text's row, each distinct text once with 24 bytes) and, while a
/// batch of attributes is gathered, 12 to 30 bytes a value, and another 60 and twice its bytes for each distinct text, of <see cref="BatchValues"/> values, or of
/// one attribute that has more. Each batch is one pass over the rows.
/// </remarks>
internal static class ColumnWriter
{
    /// <summary>Values gathered at once: under 200 MB where all are short texts of their own, and few passes for the usual handful of attributes.</summary>
    private const long BatchValues = 2_000_000;

    private const int CancellationRows = 4096;

    /// <summary>The sections, to be written in this order.</summary>
    /// <exception cref="CorruptSegmentException">The segment is damaged.</exception>
    public static List<IndexSection> MakeSections(Segment segment, CancellationToken cancellationToken)
    {
        var census = ColumnCensus.Take(segment, cancellationToken);
        List<IndexSection> sections =
        [
            IndexSection.Of<int>(SectionKind.Columns, "", (int[])[census.Attributes.Count, census.LeftOut]),
            MakeModalities(segment),
        ];
        for (var first = 0; first < census.Attributes.Count;)
        {
            var (end, values) = (first, 0L);
            while (end < census.Attributes.Count && (end == first || values + census.Attributes[end].Values <= BatchValues)) values += census.Attributes[end++].Values;
            var batch = new Dictionary<byte[], AttributeColumnBuilder>(Utf8Comparer.Instance);
            for (var i = first; i < end; i++) batch.Add(census.Attributes[i].Name, new AttributeColumnBuilder());
            Gather(segment, batch, cancellationToken);
            for (; first < end; first++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = census.Attributes[first].Name;
                sections.AddRange(batch[name].ToSections(Utf8Text.Decode(name)));
                batch.Remove(name);
            }
        }

        return sections;
    }

    private static void Gather(Segment segment, Dictionary<byte[], AttributeColumnBuilder> batch, CancellationToken cancellationToken)
    {
        var bySpan = batch.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var row = 0; row < segment.RowCount; row++)
        {
            if (row % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var cursor = new AttributeCursor(segment.GetEncodedAttributes(row));
                while (cursor.MoveNext())
                    if (bySpan.TryGetValue(cursor.Name, out var column)) column.Add(row, cursor.Kind, cursor.Value);
            }
            catch (InvalidDataException malformed)
            {
                throw segment.DamagedAttributes(row, malformed);
            }
        }
    }

    private static IndexSection MakeModalities(Segment segment)
    {
        List<int>[] rows = [.. Enumerable.Range(0, Modalities.CodeCount).Select(_ => new List<int>())];
        for (var row = 0; row < segment.RowCount; row++) rows[segment.GetModality(row)].Add(row);
        var table = new RowSetTableBuilder(rows.Length);
        for (var code = 0; code < rows.Length; code++) table.Set(code, CollectionsMarshal.AsSpan(rows[code]));
        return table.ToSection(SectionKind.ModalityRows, "");
    }
}
