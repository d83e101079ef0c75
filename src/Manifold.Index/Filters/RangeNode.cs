namespace Manifold.Index;

/// <summary>A range of numbers or of times; bounds that are absent are infinite.</summary>
internal sealed class RangeNode : FilterNode
{
    private readonly byte[] _name;
    private readonly AttributeKind _kind;
    private readonly Filter.FieldRange _range;

    public RangeNode(Filter.FieldRange range)
        : base(RowFields.Attributes)
    {
        _name = Utf8Text.Encode(range.Name);
        _range = range;
        _kind = (range.GreaterThan ?? range.GreaterOrEqual ?? range.LessThan ?? range.LessOrEqual)!.Kind;
    }

    public override PlanNode Plan(PlanSource source) => source.OverColumn(this, _range.Name, column =>
    {
        var values = _kind == AttributeKind.Number ? column.Numbers : column.Times;
        if (values is null) return PlanSource.Nothing(this);
        var (from, to) = (0, values.Count);
        if (_range.GreaterOrEqual is { } greaterOrEqual) from = values.LowerBound(Key(greaterOrEqual));
        if (_range.GreaterThan is { } greater) from = Math.Max(from, values.UpperBound(Key(greater)));
        if (_range.LessThan is { } less) to = values.LowerBound(Key(less));
        if (_range.LessOrEqual is { } lessOrEqual) to = Math.Min(to, values.UpperBound(Key(lessOrEqual)));
        var rows = column.RowsOf(_kind == AttributeKind.Number ? ColumnKind.Number : ColumnKind.Time);
        return from < to ? SortedSlicesPlan.Of(this, values, [(from, to)], rows) : PlanSource.Nothing(this);
    });

    public override bool Matches(in FilterRow row)
    {
        var cursor = new AttributeCursor(row.Attributes);
        if (!cursor.MoveTo(_name) || cursor.Kind != _kind) return false;
        var bits = new ByteReader(cursor.Value).ReadInt64();
        return _kind == AttributeKind.Number ? Contains(BitConverter.Int64BitsToDouble(bits)) : Contains(bits);
    }

    private static long Key(AttributeValue bound) =>
        bound.Kind == AttributeKind.Number ? SortedColumn.KeyOf(bound.AsNumber) : bound.AsUnixMicroseconds;

    private bool Contains(double number) =>
        (_range.GreaterThan is null || number > _range.GreaterThan.AsNumber)
        && (_range.GreaterOrEqual is null || number >= _range.GreaterOrEqual.AsNumber)
        && (_range.LessThan is null || number < _range.LessThan.AsNumber)
        && (_range.LessOrEqual is null || number <= _range.LessOrEqual.AsNumber);

    private bool Contains(long time) =>
        (_range.GreaterThan is null || time > _range.GreaterThan.AsUnixMicroseconds)
        && (_range.GreaterOrEqual is null || time >= _range.GreaterOrEqual.AsUnixMicroseconds)
        && (_range.LessThan is null || time < _range.LessThan.AsUnixMicroseconds)
        && (_range.LessOrEqual is null || time <= _range.LessOrEqual.AsUnixMicroseconds);
}
