namespace Manifold.Index;

/// <summary>
/// The order of ids everywhere: that of their UTF-8 bytes. On strings it differs from ordinal order only where a surrogate pair meets a
/// character from U+E000 on, which has the greater UTF-16 unit and the smaller code point.
/// </summary>
public static class Utf8Order
{
    /// <summary>The order as a comparer.</summary>
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(Compare);

    /// <summary>Less than 0, 0 or more than 0 as <paramref name="a"/> stands before, at or after <paramref name="b"/>.</summary>
    public static int Compare(string a, string b)
    {
        var shared = a.AsSpan().CommonPrefixLength(b);
        if (shared == a.Length || shared == b.Length)
        {
            return a.Length - b.Length;
        }
        var (x, y) = (a[shared], b[shared]);
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x - y : char.IsSurrogate(x) ? (y >= 0xE000 ? 1 : x - y) : x >= 0xE000 ? -1 : x - y;
    }
}
