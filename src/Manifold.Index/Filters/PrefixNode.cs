namespace Manifold.Index;

/// <summary>A text, or an element of a list, that begins with a prefix.</summary>
internal sealed class PrefixNode(string name, string prefix) : FilterNode(RowFields.Attributes)
{
    private readonly byte[] _name = Utf8Text.Encode(name);
    private readonly byte[] _prefix = Utf8Text.Encode(prefix);

    public override bool Matches(in FilterRow row)
    {
        var cursor = new AttributeCursor(row.Attributes);
        if (!cursor.MoveTo(_name)) return false;
        if (cursor.Kind == AttributeKind.String) return cursor.Value.StartsWith(_prefix);
        if (cursor.Kind != AttributeKind.StringList) return false;
        for (var list = new ByteReader(cursor.Value); list.Remaining > 0;)
            if (list.ReadBlock().StartsWith(_prefix)) return true;
        return false;
    }

    public override PlanNode Plan(PlanSource source) => source.OverColumn(this, name, column =>
    {
        if (column.Texts is not { } texts) return PlanSource.Nothing(this);
        var from = texts.LowerBound(_prefix);
        var to = Successor(_prefix) is { } successor ? texts.LowerBound(successor, from) : texts.Count;
        return RowSetsPlan.Between(this, texts.Rows, from, to, disjoint: to - from <= 1 || column.RowsOf(ColumnKind.StringList).Count == 0);
    });

    /// <summary>The least bytes that are greater than all that begin with the prefix; null if there are none.</summary>
    private static byte[]? Successor(byte[] prefix)
    {
        var length = prefix.AsSpan().LastIndexOfAnyExcept((byte)0xFF) + 1;
        if (length == 0) return null;
        var successor = prefix[..length];
        successor[^1]++;
        return successor;
    }
}
