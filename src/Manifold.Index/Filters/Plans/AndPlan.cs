namespace Manifold.Index;

/// <summary>Rows that match all parts: the most selective part first, the others on what it leaves.</summary>
internal sealed class AndPlan : PlanNode
{
    private readonly PlanNode[] _parts;

    private AndPlan(FilterNode node, PlanNode[] parts, RowEstimate estimate, double nanoseconds)
        : base(node, estimate, nanoseconds) => _parts = parts;

    public static AndPlan Of(FilterNode node, IEnumerable<PlanNode> parts, int rowCount)
    {
        PlanNode[] ordered = [.. parts.OrderBy(part => part.Estimate.Expected).ThenBy(part => part.Nanoseconds)];
        var atMost = ordered.Min(part => part.Estimate.AtMost);
        var atLeast = Math.Max(0, ordered.Sum(part => (long)part.Estimate.AtLeast) - ((ordered.Length - 1L) * rowCount));
        var share = ordered.Aggregate(1.0, (share, part) => share * part.Estimate.Expected / Math.Max(1, rowCount));
        var cost = ordered[0].Nanoseconds + ordered.Skip(1).Sum(part => Math.Min(part.Nanoseconds, ordered[0].Estimate.AtMost * RowNanoseconds));
        return new AndPlan(node, ordered, new RowEstimate((int)atLeast, Math.Clamp((int)(share * rowCount), (int)atLeast, atMost), atMost), cost);
    }

    public override void AddTo(Span<ulong> words, PlanRun run)
    {
        if (Estimate.AtMost == 0) return;
        using var matches = run.Rent();
        _parts[0].AddTo(matches.Words, run);
        foreach (var part in _parts.AsSpan(1)) part.Restrict(matches.Words, run);
        RowWords.Or(words, matches.Words);
    }

    public override void Restrict(Span<ulong> words, PlanRun run)
    {
        foreach (var part in _parts) part.Restrict(words, run);
    }
}
