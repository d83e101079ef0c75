namespace Manifold.Index;

/// <summary>One node of a compiled filter.</summary>
internal abstract class FilterNode(RowFields reads)
{
    public RowFields Reads { get; } = reads;

    /// <summary>Whether a row matches, from its encoded attributes.</summary>
    public abstract bool Matches(in FilterRow row);

    /// <summary>How the rows of a segment that match are found.</summary>
    public abstract PlanNode Plan(PlanSource source);

    public static FilterNode From(Filter filter) => filter switch
    {
        Filter.FieldEquals(var name, var value) => new ValueNode(name, [value]),
        Filter.FieldIn(var name, var values) => new ValueNode(name, values),
        Filter.FieldRange range => new RangeNode(range),
        Filter.FieldExists(var name) => new ExistsNode(name),
        Filter.FieldPrefix(var name, var prefix) => new PrefixNode(name, prefix),
        Filter.FieldAllOf(var name, var values) => new AllOfNode(name, values),
        Filter.FieldGeoRadius(var name, var center, var metres) => new GeoNode(name, new GeoCircle(center, metres)),
        Filter.FieldGeoBox(var name, var southWest, var northEast) => new GeoNode(name, new GeoRectangle(southWest, northEast)),
        Filter.ModalityIs(var values) => new ModalityNode(values),
        Filter.IdIn(var ids) => new IdNode(new SortedTexts(ids)),
        Filter.And(var parts) => new AllNode([.. parts.Select(From)]),
        Filter.Or(var parts) => new AnyNode([.. parts.Select(From)]),
        Filter.Not(var part) => new NotNode(From(part)),
        _ => throw new ArgumentException($"Unknown filter {filter.GetType().Name}.", nameof(filter)),
    };

    private static RowFields ReadsOf(FilterNode[] parts) => parts.Aggregate(RowFields.None, (all, part) => all | part.Reads);

    private sealed class ExistsNode(string name) : FilterNode(RowFields.Attributes)
    {
        private readonly byte[] _name = Utf8Text.Encode(name);

        public override bool Matches(in FilterRow row) => new AttributeCursor(row.Attributes).MoveTo(_name);

        public override PlanNode Plan(PlanSource source) =>
            source.OverColumn(this, name, column => RowSetsPlan.Between(this, column.Kinds, 0, column.Kinds.Count, disjoint: true));
    }

    private sealed class ModalityNode(IReadOnlyList<string> values) : FilterNode(RowFields.None)
    {
        private readonly ulong _codes = values.Aggregate(0UL, (codes, value) => codes | (1UL << Modalities.CodeOf(value)));

        public override bool Matches(in FilterRow row) => (_codes >> row.Modality & 1) != 0;

        public override PlanNode Plan(PlanSource source) => source.Columns?.Modalities is { } rows
            ? RowSetsPlan.Of(this, rows, [.. Enumerable.Range(0, rows.Count).Where(code => (_codes >> code & 1) != 0)], disjoint: true)
            : source.Scan(this);
    }

    private sealed class IdNode(SortedTexts ids) : FilterNode(RowFields.Id)
    {
        public override bool Matches(in FilterRow row) => ids.Contains(row.Id);

        /// <summary>The newest row of each id, by the segment's own index of ids; older rows are deleted ones.</summary>
        public override PlanNode Plan(PlanSource source)
        {
            var rows = new List<int>(ids.Count);
            for (var i = 0; i < ids.Count; i++)
                if (source.Reader.TryFind(ids[i], SegmentReader.HashId(ids[i]), source.RowCount, out var row)) rows.Add(row);
            return new RowListPlan(this, [.. rows]);
        }
    }

    private sealed class AllNode(FilterNode[] parts) : FilterNode(ReadsOf(parts))
    {
        public override bool Matches(in FilterRow row)
        {
            foreach (var part in parts)
                if (!part.Matches(row)) return false;
            return true;
        }

        public override PlanNode Plan(PlanSource source) =>
            source.ScanIfAll(this, [.. parts.Select(part => part.Plan(source))], planned => AndPlan.Of(this, planned, source.RowCount));
    }

    private sealed class AnyNode(FilterNode[] parts) : FilterNode(ReadsOf(parts))
    {
        public override bool Matches(in FilterRow row)
        {
            foreach (var part in parts)
                if (part.Matches(row)) return true;
            return false;
        }

        public override PlanNode Plan(PlanSource source) =>
            source.ScanIfAll(this, [.. parts.Select(part => part.Plan(source))], planned => OrPlan.Of(this, planned, source.RowCount));
    }

    private sealed class NotNode(FilterNode part) : FilterNode(part.Reads)
    {
        public override bool Matches(in FilterRow row) => !part.Matches(row);

        public override PlanNode Plan(PlanSource source) =>
            source.ScanIfAll(this, [part.Plan(source)], planned => new NotPlan(this, planned[0], source.RowCount));
    }
}
