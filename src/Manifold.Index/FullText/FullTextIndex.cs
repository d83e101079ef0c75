using System.Runtime.InteropServices;

namespace Manifold.Index.FullText;

/// <summary>The full text of a sealed segment: the terms of all attributes that hold texts, read in place from the file of its indexes. Safe to read from any number of threads.</summary>
internal sealed unsafe class FullTextIndex
{
    private const int CancellationRows = 4096;

    // Attributes are gathered together up to so many bytes of text, or one that has more: five to ten times as much memory.
    private const long BatchBytes = 16L << 20;

    private readonly Dictionary<string, TextField> _fields = new(StringComparer.Ordinal);

    private FullTextIndex(SectionFile file, SegmentSection head)
    {
        if (head.Length != sizeof(int)) throw file.Damaged(head, 0, $"{head.Length} bytes where {sizeof(int)} are needed");
        file.VerifySection(head);
        foreach (var totals in file.Sections.Where(section => section.Kind == SectionKind.TermTotals)) _fields[totals.Space] = new TextField(file, totals);
        if (_fields.Count != *(int*)file.At(head)) throw file.Damaged(head, 0, $"{*(int*)file.At(head)} attributes are announced, {_fields.Count} are there");
    }

    /// <summary>The attributes with texts.</summary>
    public IReadOnlyDictionary<string, TextField> Fields => _fields;

    /// <summary>Null if the file has no full text.</summary>
    /// <exception cref="CorruptSegmentException">A section is missing, or lengths do not fit each other.</exception>
    public static FullTextIndex? Open(SectionFile file) => file.TryFind(SectionKind.FullText) is { } head ? new FullTextIndex(file, head) : null;

    /// <summary>The sections, to be written in this order; none where there are more attributes than have columns: the segment's text is then gathered in memory when it is asked for.</summary>
    /// <exception cref="CorruptSegmentException">The segment is damaged.</exception>
    public static List<IndexSection> MakeSections(Segment segment, CancellationToken cancellationToken)
    {
        var bytes = Census(segment, cancellationToken);
        if (bytes.Count > ColumnCensus.MaxAttributes) return [];
        var sections = new List<IndexSection>();
        var fields = 0;
        var left = new Queue<KeyValuePair<byte[], long>>(bytes.OrderBy(pair => pair.Key, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))));
        while (left.Count > 0)
        {
            var batch = new Dictionary<byte[], TextFieldBuilder>(Utf8Comparer.Instance);
            for (var sum = 0L; left.TryPeek(out var next) && (batch.Count == 0 || sum + next.Value <= BatchBytes); sum += next.Value)
                batch[left.Dequeue().Key] = new TextFieldBuilder();
            Gather(segment, batch, cancellationToken);
            foreach (var (name, builder) in batch)
            {
                List<IndexSection> made = [.. builder.ToSections(Utf8Text.Decode(name), segment.RowCount)];
                fields += made.Count > 0 ? 1 : 0;
                sections.AddRange(made);
            }
        }

        sections.Insert(0, IndexSection.Of<int>(SectionKind.FullText, "", (int[])[fields]));
        return sections;
    }

    /// <summary>Bytes of the texts of each attribute.</summary>
    private static Dictionary<byte[], long> Census(Segment segment, CancellationToken cancellationToken)
    {
        var bytes = new Dictionary<byte[], long>(Utf8Comparer.Instance);
        var bySpan = bytes.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var row = 0; row < segment.RowCount && bytes.Count <= ColumnCensus.MaxAttributes; row++)
        {
            if (row % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
            TextsOfRow(segment, row, (name, text) => CollectionsMarshal.GetValueRefOrAddDefault(bySpan, name, out _) += text.Length);
        }

        return bytes;
    }

    private static void Gather(Segment segment, Dictionary<byte[], TextFieldBuilder> batch, CancellationToken cancellationToken)
    {
        var bySpan = batch.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var row = 0; row < segment.RowCount; row++)
        {
            if (row % CancellationRows == 0) cancellationToken.ThrowIfCancellationRequested();
            var current = row;
            TextsOfRow(segment, row, (name, text) =>
            {
                if (bySpan.TryGetValue(name, out var field)) field.Add(current, text);
            });
        }
    }

    /// <summary>Takes a text and the name of its attribute, in UTF-8, valid during the call.</summary>
    public delegate void TextTaker(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text);

    /// <summary>The texts of one row, elements of lists one by one.</summary>
    /// <exception cref="InvalidDataException">The attributes are damaged.</exception>
    public static void TextsOfRow(SegmentReader reader, int row, TextTaker take)
    {
        try
        {
            var cursor = new AttributeCursor(reader.GetEncodedAttributes(row));
            while (cursor.MoveNext())
            {
                if (cursor.Kind == AttributeKind.String) take(cursor.Name, cursor.Value);
                if (cursor.Kind != AttributeKind.StringList) continue;
                var list = new ByteReader(cursor.Value);
                while (list.Remaining > 0) take(cursor.Name, list.ReadBlock());
            }
        }
        catch (InvalidDataException malformed)
        {
            throw reader.DamagedAttributes(row, malformed);
        }
    }
}
