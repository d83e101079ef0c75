namespace Manifold.Index;

/// <summary>A list that has each of several texts among its elements; a single text is a list of one.</summary>
internal sealed class AllOfNode(string name, IEnumerable<string> texts) : FilterNode(RowFields.Attributes)
{
    private readonly byte[] _name = Utf8Text.Encode(name);
    private readonly SortedTexts _texts = new(texts);

    public override bool Matches(in FilterRow row)
    {
        var cursor = new AttributeCursor(row.Attributes);
        if (!cursor.MoveTo(_name)) return false;
        if (cursor.Kind == AttributeKind.String) return _texts.Count == 1 && cursor.Value.SequenceEqual(_texts[0]);
        if (cursor.Kind != AttributeKind.StringList) return false;
        for (var i = 0; i < _texts.Count; i++)
            if (!Contains(cursor.Value, _texts[i])) return false;
        return true;
    }

    public override PlanNode Plan(PlanSource source) => source.OverColumn(this, name, column =>
    {
        var parts = new List<PlanNode>(_texts.Count);
        for (int i = 0, place = 0; i < _texts.Count; i++)
        {
            if (column.Texts is not { } texts || (place = texts.LowerBound(_texts[i], place)) == texts.Count || !texts.Text(place).SequenceEqual(_texts[i]))
                return PlanSource.Nothing(this);
            parts.Add(RowSetsPlan.Of(this, texts.Rows, [place], disjoint: true));
        }

        return parts.Count == 1 ? parts[0] : AndPlan.Of(this, parts, source.RowCount);
    });

    private static bool Contains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> text)
    {
        for (var element = new ByteReader(list); element.Remaining > 0;)
            if (element.ReadBlock().SequenceEqual(text)) return true;
        return false;
    }
}
