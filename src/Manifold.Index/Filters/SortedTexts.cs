namespace Manifold.Index;

/// <summary>A set of texts as sorted UTF-8, asked with spans.</summary>
internal sealed class SortedTexts
{
    private readonly byte[][] _texts;

    public int Count => _texts.Length;

    /// <summary>In ascending order of the UTF-8 bytes, each once.</summary>
    public ReadOnlySpan<byte> this[int index] => _texts[index];

    public SortedTexts(IEnumerable<string> texts)
    {
        _texts = [.. texts.Distinct(StringComparer.Ordinal).Select(Utf8Text.Encode)];
        Array.Sort(_texts, static (a, b) => a.AsSpan().SequenceCompareTo(b));
    }

    public bool Contains(ReadOnlySpan<byte> text)
    {
        int low = 0, high = _texts.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = text.SequenceCompareTo(_texts[middle]);
            if (order == 0) return true;
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }

        return false;
    }
}
