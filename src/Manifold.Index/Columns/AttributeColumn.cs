namespace Manifold.Index;

/// <summary>The values of one attribute in a sealed segment, by kind.</summary>
internal sealed class AttributeColumn
{
    /// <exception cref="CorruptSegmentException">A section is missing, or lengths do not fit each other.</exception>
    public AttributeColumn(SectionFile file, SegmentSection kinds)
    {
        Kinds = new RowSetTable(file, kinds, AttributeColumnBuilder.KindCount);
        if (file.TryFind(SectionKind.TextOffsets, kinds.Space) is { } offsets) Texts = new TextDictionary(file, offsets);
        if (file.TryFind(SectionKind.NumberKeys, kinds.Space) is { } numbers) Numbers = new SortedColumn(file, numbers);
        if (file.TryFind(SectionKind.TimeKeys, kinds.Space) is { } times) Times = new SortedColumn(file, times);
        if (file.TryFind(SectionKind.GeoLatitudes, kinds.Space) is { } latitudes) Points = new GeoColumn(file, latitudes);
    }

    /// <summary>Null where no row has a text.</summary>
    public TextDictionary? Texts { get; }

    /// <summary>Null where no row has a number.</summary>
    public SortedColumn? Numbers { get; }

    /// <summary>Null where no row has a time.</summary>
    public SortedColumn? Times { get; }

    /// <summary>Null where no row has a point.</summary>
    public GeoColumn? Points { get; }

    /// <summary>The rows of each kind, numbered as in <see cref="ColumnKind"/>; no row is of two.</summary>
    public RowSetTable Kinds { get; }

    /// <summary>The rows that have a value of a kind.</summary>
    public RowSet RowsOf(ColumnKind kind) => Kinds.Get((int)kind);
}
