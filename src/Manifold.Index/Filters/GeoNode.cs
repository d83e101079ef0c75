namespace Manifold.Index;

/// <summary>A point in an area.</summary>
internal sealed class GeoNode(string name, GeoShape shape) : FilterNode(RowFields.Attributes)
{
    private readonly byte[] _name = Utf8Text.Encode(name);

    public override bool Matches(in FilterRow row)
    {
        var cursor = new AttributeCursor(row.Attributes);
        if (!cursor.MoveTo(_name) || cursor.Kind != AttributeKind.GeoPoint) return false;
        var value = new ByteReader(cursor.Value);
        return shape.Contains(BitConverter.Int64BitsToDouble(value.ReadInt64()), BitConverter.Int64BitsToDouble(value.ReadInt64()));
    }

    public override PlanNode Plan(PlanSource source) =>
        source.OverColumn(this, name, column => column.Points is { } points ? GeoPlan.Of(this, points, shape) : PlanSource.Nothing(this));
}
