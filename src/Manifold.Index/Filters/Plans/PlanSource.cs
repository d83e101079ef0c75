namespace Manifold.Index;

/// <summary>What a filter is planned over: the rows of one segment and, if it has them, its columns.</summary>
internal sealed class PlanSource(SegmentReader reader, int rowCount)
{
    public SegmentReader Reader { get; } = reader;

    /// <summary>The rows that count; with columns all rows of the segment.</summary>
    public int RowCount { get; } = rowCount;

    /// <summary>Null for a growing segment, and for one without indexes.</summary>
    public AttributeColumns? Columns { get; } = reader.Columns;

    /// <summary>Plans a condition on one attribute.</summary>
    /// <param name="node">The condition.</param>
    /// <param name="name">The attribute; no row that lacks it matches.</param>
    /// <param name="overColumn">The plan over the attribute's column.</param>
    public PlanNode OverColumn(FilterNode node, string name, Func<AttributeColumn, PlanNode> overColumn)
    {
        if (Columns?.Find(name) is { } column) return overColumn(column);
        return Columns is { AreComplete: true } ? Nothing(node) : Scan(node);
    }

    /// <summary>No row matches.</summary>
    public static PlanNode Nothing(FilterNode node) => new RowListPlan(node, []);

    /// <summary>Combines parts; where all of them look at every row, the whole does it at once.</summary>
    public PlanNode ScanIfAll(FilterNode node, PlanNode[] parts, Func<PlanNode[], PlanNode> combine) =>
        Array.TrueForAll(parts, part => part is ScanPlan) ? Scan(node) : combine(parts);

    /// <summary>Every row is looked at.</summary>
    public PlanNode Scan(FilterNode node) => new ScanPlan(node, RowCount);
}
