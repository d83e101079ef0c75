namespace Manifold.Index;

/// <summary>The rows of some slices of a sorted column; of most of it, by leaving out the others.</summary>
internal sealed class SortedSlicesPlan : PlanNode
{
    private readonly SortedColumn _column;
    private readonly (int From, int To)[] _slices;
    private readonly RowSet _all;
    private readonly bool _byLeavingOut;

    private SortedSlicesPlan(FilterNode node, SortedColumn column, (int From, int To)[] slices, RowSet all, int rows)
        : base(node, RowEstimate.Exactly(rows), Math.Min(rows, column.Count - rows + (all.Bytes / 2)) * StepNanoseconds)
    {
        (_column, _slices, _all) = (column, slices, all);
        _byLeavingOut = rows > column.Count / 2 && all.Count == column.Count;
    }

    /// <param name="node">The condition.</param>
    /// <param name="column">The column.</param>
    /// <param name="slices">Ascending and apart from each other.</param>
    /// <param name="all">All rows of the column.</param>
    public static SortedSlicesPlan Of(FilterNode node, SortedColumn column, (int From, int To)[] slices, RowSet all) =>
        new(node, column, slices, all, slices.Sum(slice => slice.To - slice.From));

    public override void AddTo(Span<ulong> words, PlanRun run)
    {
        run.ThrowIfCancelled();
        if (!_byLeavingOut)
        {
            foreach (var (from, to) in _slices) _column.AddTo(words, from, to);
            return;
        }

        using var others = run.Rent();
        using var matches = run.Rent();
        var end = 0;
        foreach (var (from, to) in _slices)
        {
            _column.AddTo(others.Words, end, from);
            end = to;
        }

        _column.AddTo(others.Words, end, _column.Count);
        _all.AddTo(matches.Words);
        RowWords.AndNot(matches.Words, others.Words);
        RowWords.Or(words, matches.Words);
    }
}
