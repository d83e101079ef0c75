namespace Manifold.Index;

/// <summary>Rows that were found while planning.</summary>
/// <param name="node">The condition.</param>
/// <param name="rows">Each once.</param>
internal sealed class RowListPlan(FilterNode node, int[] rows)
    : PlanNode(node, RowEstimate.Exactly(rows.Length), rows.Length * StepNanoseconds)
{
    public override void AddTo(Span<ulong> words, PlanRun run)
    {
        foreach (var row in rows) words[row >>> 6] |= 1UL << row;
    }
}
