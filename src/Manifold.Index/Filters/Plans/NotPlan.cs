namespace Manifold.Index;

/// <summary>Rows that do not match the part.</summary>
internal sealed class NotPlan(FilterNode node, PlanNode part, int rowCount)
    : PlanNode(
        node,
        new RowEstimate(rowCount - part.Estimate.AtMost, rowCount - part.Estimate.Expected, rowCount - part.Estimate.AtLeast),
        part.Nanoseconds + (2 * WordNanoseconds * rowCount / 64))
{
    public override void AddTo(Span<ulong> words, PlanRun run)
    {
        if (run.RowCount == 0) return;
        using var matches = run.Rent();
        using var others = run.Rent();
        part.AddTo(others.Words, run);
        RowWords.SetRun(matches.Words, 0, run.RowCount - 1);
        RowWords.AndNot(matches.Words, others.Words);
        RowWords.Or(words, matches.Words);
    }

    public override void Restrict(Span<ulong> words, PlanRun run)
    {
        if (part.Nanoseconds >= RowWords.PopCount(words) * RowNanoseconds)
        {
            run.Keep(Node, words);
            return;
        }

        using var others = run.Rent();
        part.AddTo(others.Words, run);
        RowWords.AndNot(words, others.Words);
    }
}
