namespace Manifold.Index;

/// <summary>The columns of a sealed segment, read in place from the file of its indexes. Safe to read from any number of threads.</summary>
internal sealed unsafe class AttributeColumns
{
    private readonly Dictionary<string, AttributeColumn> _columns = new(StringComparer.Ordinal);

    private AttributeColumns(SectionFile file, SegmentSection columns)
    {
        if (columns.Length != 2 * sizeof(int)) throw file.Damaged(columns, 0, $"{columns.Length} bytes where {2 * sizeof(int)} are needed");
        file.VerifySection(columns); // 8 bytes that decide whether an absent column means absent values
        var counts = (int*)file.At(columns);
        Modalities = new RowSetTable(file, file.Find(SectionKind.ModalityRows), Manifold.Index.Modalities.CodeCount);
        foreach (var kinds in file.Sections.Where(section => section.Kind == SectionKind.KindRows)) _columns[kinds.Space] = new AttributeColumn(file, kinds);
        if (_columns.Count != counts[0]) throw file.Damaged(columns, 0, $"{counts[0]} attributes are announced, {_columns.Count} are there");
        AreComplete = counts[1] == 0;
    }

    /// <summary>Whether all attributes have columns: one that has none is then in no row.</summary>
    public bool AreComplete { get; }

    /// <summary>The rows of each modality code.</summary>
    public RowSetTable Modalities { get; }

    /// <summary>Null if the file has no columns.</summary>
    /// <exception cref="CorruptSegmentException">A section is missing, or lengths do not fit each other.</exception>
    public static AttributeColumns? Open(SectionFile file) =>
        file.TryFind(SectionKind.Columns) is { } columns ? new AttributeColumns(file, columns) : null;

    /// <summary>The column of an attribute, or null.</summary>
    public AttributeColumn? Find(string name) => _columns.GetValueOrDefault(name);
}
