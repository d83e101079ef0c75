namespace Manifold.Index;

/// <summary>Equality with one of several values, sorted by kind for binary search.</summary>
internal sealed class ValueNode : FilterNode
{
    private readonly string _name;
    private readonly byte[] _nameUtf8;
    private readonly SortedTexts _texts;
    private readonly double[] _numbers;
    private readonly long[] _times;
    private readonly bool _true;
    private readonly bool _false;

    public ValueNode(string name, IReadOnlyList<AttributeValue> values)
        : base(RowFields.Attributes)
    {
        _name = name;
        _nameUtf8 = Utf8Text.Encode(name);
        _texts = new SortedTexts(values.Where(value => value.Kind == AttributeKind.String).Select(value => value.AsString));
        _numbers = [.. values.Where(value => value.Kind == AttributeKind.Number).Select(value => value.AsNumber).Distinct().Order()];
        _times = [.. values.Where(value => value.Kind == AttributeKind.Time).Select(value => value.AsUnixMicroseconds).Distinct().Order()];
        _true = values.Any(value => value.Kind == AttributeKind.Bool && value.AsBool);
        _false = values.Any(value => value.Kind == AttributeKind.Bool && !value.AsBool);
    }

    public override bool Matches(in FilterRow row)
    {
        var cursor = new AttributeCursor(row.Attributes);
        if (!cursor.MoveTo(_nameUtf8)) return false;
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
            case AttributeKind.GeoPoint:
                return false;
            default:
                throw new InvalidDataException($"Attribute kind {(byte)cursor.Kind} is unknown.");
        }
    }

    public override PlanNode Plan(PlanSource source) => source.OverColumn(this, _name, column =>
    {
        var parts = new List<PlanNode>();
        if (column.Texts is { } texts && _texts.Count > 0)
            parts.Add(RowSetsPlan.Of(this, texts.Rows, Find(texts), disjoint: _texts.Count == 1 || column.RowsOf(ColumnKind.StringList).Count == 0));
        if (column.Numbers is { } numbers && _numbers.Length > 0)
            parts.Add(SortedSlicesPlan.Of(this, numbers, Find(numbers, Array.ConvertAll(_numbers, SortedColumn.KeyOf)), column.RowsOf(ColumnKind.Number)));
        if (column.Times is { } times && _times.Length > 0)
            parts.Add(SortedSlicesPlan.Of(this, times, Find(times, _times), column.RowsOf(ColumnKind.Time)));
        if (_true || _false)
            parts.Add(RowSetsPlan.Of(this, column.Kinds, [.. (_false ? [(int)ColumnKind.False] : (int[])[]), .. (_true ? [(int)ColumnKind.True] : (int[])[])], disjoint: true));
        return parts.Count == 0 ? PlanSource.Nothing(this) : OrPlan.Of(this, parts, source.RowCount, disjoint: true);
    });

    /// <summary>The places of the texts that the dictionary has: both are sorted, so one walk finds all.</summary>
    private int[] Find(TextDictionary dictionary)
    {
        var found = new List<int>(Math.Min(_texts.Count, dictionary.Count));
        for (int i = 0, place = 0; i < _texts.Count && (place = dictionary.LowerBound(_texts[i], place)) < dictionary.Count; i++)
            if (dictionary.Text(place).SequenceEqual(_texts[i])) found.Add(place);
        return [.. found];
    }

    private static (int From, int To)[] Find(SortedColumn column, long[] keys)
    {
        var slices = new List<(int, int)>(keys.Length);
        var to = 0;
        foreach (var key in keys)
        {
            var from = column.LowerBound(key, to);
            to = column.UpperBound(key, from);
            if (to > from) slices.Add((from, to));
        }

        return [.. slices];
    }
}
