namespace Manifold.Index;

/// <summary>The points of a column that are in an area: those between its latitudes are looked at.</summary>
internal sealed class GeoPlan : PlanNode
{
    /// <summary>One point against a circle; measured with sines and cosines of three angles.</summary>
    private const double PointNanoseconds = 40;

    private readonly GeoColumn _column;
    private readonly GeoShape _shape;
    private readonly int _from;
    private readonly int _to;

    private GeoPlan(FilterNode node, GeoColumn column, GeoShape shape, int from, int to)
        : base(node, new RowEstimate(0, (int)Math.Clamp((to - from) * shape.Share, 0, to - from), to - from), (to - from) * PointNanoseconds) =>
        (_column, _shape, _from, _to) = (column, shape, from, to);

    public static GeoPlan Of(FilterNode node, GeoColumn column, GeoShape shape)
    {
        var (from, to) = column.Band(shape.South, shape.North);
        return new GeoPlan(node, column, shape, from, Math.Max(from, to));
    }

    public override void AddTo(Span<ulong> words, PlanRun run)
    {
        run.ThrowIfCancelled();
        _column.AddTo(words, _shape, _from, _to);
    }
}
