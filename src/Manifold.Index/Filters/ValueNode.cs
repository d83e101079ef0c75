namespace Manifold.Index;

/// <summary>Equality with one of several values, sorted by kind for binary search.</summary>
internal sealed class ValueNode : FilterNode
{
    private readonly byte[] _name;
    private readonly SortedTexts _texts;
    private readonly double[] _numbers;
    private readonly long[] _times;
    private readonly bool _true;
    private readonly bool _false;

    public ValueNode(byte[] name, IReadOnlyList<AttributeValue> values)
        : base(RowFields.Attributes)
    {
        _name = name;
        _texts = new SortedTexts(values.Where(value => value.Kind == AttributeKind.String).Select(value => value.AsString));
        _numbers = [.. values.Where(value => value.Kind == AttributeKind.Number).Select(value => value.AsNumber).Order()];
        _times = [.. values.Where(value => value.Kind == AttributeKind.Time).Select(value => value.AsUnixMicroseconds).Order()];
        _true = values.Any(value => value.Kind == AttributeKind.Bool && value.AsBool);
        _false = values.Any(value => value.Kind == AttributeKind.Bool && !value.AsBool);
    }

    public override bool Matches(in FilterRow row)
    {
        var cursor = new AttributeCursor(row.Attributes);
        if (!cursor.MoveTo(_name)) return false;
        var value = new ByteReader(cursor.Value);
        switch (cursor.Kind)
        {
            case AttributeKind.String:
                return _texts.Contains(cursor.Value);
            case AttributeKind.Number:
                return Array.BinarySearch(_numbers, BitConverter.Int64BitsToDouble(value.ReadInt64())) >= 0;
            case AttributeKind.Bool:
                return value.ReadByte() != 0 ? _true : _false;
            case AttributeKind.Time:
                return Array.BinarySearch(_times, value.ReadInt64()) >= 0;
            case AttributeKind.StringList:
                while (value.Remaining > 0)
                    if (_texts.Contains(value.ReadBlock())) return true;
                return false;
            default:
                throw new InvalidDataException($"Attribute kind {(byte)cursor.Kind} is unknown.");
        }
    }
}
