namespace Manifold.Index;

/// <summary>Looks at every row: there is no column to ask.</summary>
internal sealed class ScanPlan(FilterNode node, int rowCount)
    : PlanNode(node, new RowEstimate(0, rowCount / 2, rowCount), rowCount * RowNanoseconds)
{
    public override void AddTo(Span<ulong> words, PlanRun run) => run.AddMatches(Node, words);

    public override void Restrict(Span<ulong> words, PlanRun run) => run.Keep(Node, words);
}
