namespace Manifold.Index;

/// <summary>How a filter is evaluated over the rows of one segment: over its columns, or row by row where it has none. Immutable.</summary>
internal sealed class FilterPlan
{
    private readonly SegmentReader _reader;
    private readonly int _rowCount;
    private readonly PlanNode _root;

    private FilterPlan(SegmentReader reader, int rowCount, PlanNode root) => (_reader, _rowCount, _root) = (reader, rowCount, root);

    /// <summary>How many of the rows match, deleted ones included.</summary>
    public RowEstimate Estimate => _root.Estimate;

    /// <summary>What <see cref="Restrict"/> costs, roughly.</summary>
    public double Nanoseconds => _root.Nanoseconds;

    /// <summary>Plans a filter; asks the columns for cardinalities and reads no rows.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="reader">The segment.</param>
    /// <param name="rowCount">How many of its rows count.</param>
    /// <exception cref="CorruptSegmentException">The columns are damaged where they were read.</exception>
    public static FilterPlan Make(CompiledFilter filter, SegmentReader reader, int rowCount) =>
        new(reader, rowCount, filter.Root.Plan(new PlanSource(reader, rowCount)));

    /// <summary>Clears the bits of the rows that do not match.</summary>
    /// <param name="words">One bit a row, <see cref="RowWords.Count"/> words.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <exception cref="CorruptSegmentException">The columns or the attributes are damaged where they were read.</exception>
    public void Restrict(Span<ulong> words, CancellationToken cancellationToken)
    {
        if (Estimate.AtMost == 0) words.Clear();
        else _root.Restrict(words, new PlanRun(_reader, _rowCount, cancellationToken));
    }
}
