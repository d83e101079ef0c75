namespace Manifold.Index;

/// <summary>Rows that match some part.</summary>
internal sealed class OrPlan : PlanNode
{
    private readonly PlanNode[] _parts;

    private OrPlan(FilterNode node, PlanNode[] parts, RowEstimate estimate)
        : base(node, estimate, parts.Sum(part => part.Nanoseconds)) => _parts = parts;

    /// <param name="node">The condition.</param>
    /// <param name="parts">At least one.</param>
    /// <param name="rowCount">All rows.</param>
    /// <param name="disjoint">Whether no row matches two of them.</param>
    public static PlanNode Of(FilterNode node, IReadOnlyList<PlanNode> parts, int rowCount, bool disjoint = false)
    {
        if (parts.Count == 1) return parts[0];
        PlanNode[] ordered = [.. parts.OrderBy(part => part is ScanPlan)]; // looks only at rows that no other part found
        var atLeast = disjoint ? Math.Min(rowCount, ordered.Sum(part => (long)part.Estimate.AtLeast)) : ordered.Max(part => part.Estimate.AtLeast);
        var atMost = (int)Math.Min(rowCount, ordered.Sum(part => (long)part.Estimate.AtMost));
        var none = ordered.Aggregate(1.0, (share, part) => share * (1 - (part.Estimate.Expected / (double)Math.Max(1, rowCount))));
        var expected = disjoint ? ordered.Sum(part => (long)part.Estimate.Expected) : (long)((1 - none) * rowCount);
        return new OrPlan(node, ordered, new RowEstimate((int)atLeast, (int)Math.Clamp(expected, atLeast, atMost), atMost));
    }

    public override void AddTo(Span<ulong> words, PlanRun run)
    {
        foreach (var part in _parts) part.AddTo(words, run);
    }
}
