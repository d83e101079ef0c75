namespace Manifold.Index;

/// <summary>One node of a compiled filter.</summary>
internal abstract class FilterNode(RowFields reads)
{
    public RowFields Reads { get; } = reads;

    public abstract bool Matches(in FilterRow row);

    public static FilterNode From(Filter filter) => filter switch
    {
        Filter.FieldEquals(var name, var value) => new ValueNode(Utf8Text.Encode(name), [value]),
        Filter.FieldIn(var name, var values) => new ValueNode(Utf8Text.Encode(name), values),
        Filter.FieldRange range => new RangeNode(range),
        Filter.FieldExists(var name) => new ExistsNode(Utf8Text.Encode(name)),
        Filter.ModalityIs(var values) => new ModalityNode(values),
        Filter.IdIn(var ids) => new IdNode(new SortedTexts(ids)),
        Filter.And(var parts) => new AllNode([.. parts.Select(From)]),
        Filter.Or(var parts) => new AnyNode([.. parts.Select(From)]),
        Filter.Not(var part) => new NotNode(From(part)),
        _ => throw new ArgumentException($"Unknown filter {filter.GetType().Name}.", nameof(filter)),
    };

    private static RowFields ReadsOf(FilterNode[] parts) => parts.Aggregate(RowFields.None, (all, part) => all | part.Reads);

    private sealed class ExistsNode(byte[] name) : FilterNode(RowFields.Attributes)
    {
        public override bool Matches(in FilterRow row) => new AttributeCursor(row.Attributes).MoveTo(name);
    }

    private sealed class ModalityNode(IReadOnlyList<string> values) : FilterNode(RowFields.None)
    {
        private readonly ulong _codes = values.Aggregate(0UL, (codes, value) => codes | (1UL << Modalities.CodeOf(value)));

        public override bool Matches(in FilterRow row) => (_codes >> row.Modality & 1) != 0;
    }

    private sealed class IdNode(SortedTexts ids) : FilterNode(RowFields.Id)
    {
        public override bool Matches(in FilterRow row) => ids.Contains(row.Id);
    }

    private sealed class AllNode(FilterNode[] parts) : FilterNode(ReadsOf(parts))
    {
        public override bool Matches(in FilterRow row)
        {
            foreach (var part in parts)
                if (!part.Matches(row)) return false;
            return true;
        }
    }

    private sealed class AnyNode(FilterNode[] parts) : FilterNode(ReadsOf(parts))
    {
        public override bool Matches(in FilterRow row)
        {
            foreach (var part in parts)
                if (part.Matches(row)) return true;
            return false;
        }
    }

    private sealed class NotNode(FilterNode part) : FilterNode(part.Reads)
    {
        public override bool Matches(in FilterRow row) => !part.Matches(row);
    }
}
