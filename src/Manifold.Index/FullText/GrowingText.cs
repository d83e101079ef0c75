namespace Manifold.Index.FullText;

/// <summary>
/// The full text of rows that have no index yet, in memory: gathered when a search asks for it, and then only from the rows that came since. Safe for concurrent
/// use; searches take turns.
/// </summary>
internal sealed class GrowingText
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TextFieldBuilder> _fields = new(StringComparer.Ordinal);
    private int _rows;

    /// <summary>Runs <paramref name="read"/> over the fields, once they hold the first <paramref name="rows"/> rows.</summary>
    public T Read<T>(SegmentReader reader, int rows, Func<IReadOnlyDictionary<string, TextFieldBuilder>, T> read, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            for (; _rows < rows; _rows++)
            {
                if (_rows % 256 == 0) cancellationToken.ThrowIfCancellationRequested();
                var row = _rows;
                FullTextIndex.TextsOfRow(reader, row, (name, text) =>
                {
                    var key = Utf8Text.Decode(name);
                    if (!_fields.TryGetValue(key, out var field)) _fields.Add(key, field = new TextFieldBuilder());
                    field.Add(row, text);
                });
            }

            return read(_fields);
        }
    }
}
