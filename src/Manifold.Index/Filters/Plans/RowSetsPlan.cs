namespace Manifold.Index;

/// <summary>The union of some sets of a table.</summary>
internal sealed class RowSetsPlan : PlanNode
{
    private readonly RowSetTable _table;
    private readonly int[]? _chosen;
    private readonly int _from;
    private readonly int _count;

    private RowSetsPlan(FilterNode node, RowSetTable table, int[]? chosen, int from, int count, RowEstimate estimate, double nanoseconds)
        : base(node, estimate, nanoseconds) => (_table, _chosen, _from, _count) = (table, chosen, from, count);

    /// <summary>Sets known by their numbers.</summary>
    public static RowSetsPlan Of(FilterNode node, RowSetTable table, int[] chosen, bool disjoint) => Make(node, table, chosen, 0, chosen.Length, disjoint);

    /// <summary>All sets from one to before another.</summary>
    public static RowSetsPlan Between(FilterNode node, RowSetTable table, int from, int to, bool disjoint) => Make(node, table, null, from, to - from, disjoint);

    public override void AddTo(Span<ulong> words, PlanRun run)
    {
        run.ThrowIfCancelled();
        for (var i = 0; i < _count; i++) _table.Get(_chosen is null ? _from + i : _chosen[i]).AddTo(words);
    }

    private static RowSetsPlan Make(FilterNode node, RowSetTable table, int[]? chosen, int from, int count, bool disjoint)
    {
        var (sum, most, bytes) = (0L, 0, 0L);
        for (var i = 0; i < count; i++)
        {
            var set = table.Get(chosen is null ? from + i : chosen[i]);
            sum += set.Count;
            most = Math.Max(most, set.Count);
            bytes += set.Bytes;
        }

        var atMost = (int)Math.Min(sum, table.RowCount);
        var estimate = disjoint ? RowEstimate.Exactly(atMost) : new RowEstimate(most, atMost, atMost);
        return new RowSetsPlan(node, table, chosen, from, count, estimate, (count * SetNanoseconds) + (bytes * StepNanoseconds));
    }
}
