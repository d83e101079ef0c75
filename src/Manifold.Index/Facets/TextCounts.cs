namespace Manifold.Index;

/// <summary>The texts of one segment in ascending order of their UTF-8 bytes, each with its number of rows. Walked once.</summary>
internal abstract class TextCounts
{
    /// <summary>The text reached.</summary>
    public abstract ReadOnlySpan<byte> Text { get; }

    /// <summary>How many rows have it; not 0.</summary>
    public int Count { get; private protected set; }

    public abstract bool MoveNext();

    /// <summary>From a column.</summary>
    /// <param name="texts">The column's texts.</param>
    /// <param name="selected">The rows that count; null for all.</param>
    public static TextCounts Of(TextDictionary texts, RowMask? selected) => new OfColumn(texts, selected);

    /// <summary>From rows that were looked at.</summary>
    public static TextCounts Of(IEnumerable<KeyValuePair<byte[], int>> counts) => new OfRows([.. counts]);

    private sealed class OfColumn(TextDictionary texts, RowMask? selected) : TextCounts
    {
        private int _next;

        public override ReadOnlySpan<byte> Text => texts.Text(_next - 1);

        public override bool MoveNext()
        {
            while (_next < texts.Count)
            {
                var rows = texts.Rows.Get(_next++);
                Count = selected is null ? rows.Count : rows.CountIn(selected.Padded);
                if (Count > 0) return true;
            }

            return false;
        }
    }

    private sealed class OfRows : TextCounts
    {
        private readonly KeyValuePair<byte[], int>[] _counts;
        private int _next;

        public OfRows(KeyValuePair<byte[], int>[] counts)
        {
            _counts = counts;
            Array.Sort(_counts, static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        }

        public override ReadOnlySpan<byte> Text => _counts[_next - 1].Key;

        public override bool MoveNext()
        {
            if (_next == _counts.Length) return false;
            Count = _counts[_next++].Value;
            return true;
        }
    }
}
