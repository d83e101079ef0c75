using System.Numerics;
using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>Set algebra over plain bitmaps: row i is bit i mod 64 of word i / 64.</summary>
internal static class RowWords
{
    /// <summary>Words for so many rows, a whole number of <see cref="RowSetFormat.ContainerRows"/>, so that every container has its place.</summary>
    public static int Count(int rows) => (int)(((long)rows + RowSetFormat.ContainerRows - 1) / RowSetFormat.ContainerRows) * (RowSetFormat.ContainerRows / 64);

    public static bool Contains(ReadOnlySpan<ulong> words, int row) => (words[row >>> 6] >> row & 1) != 0;

    public static int PopCount(ReadOnlySpan<ulong> words)
    {
        var count = 0;
        foreach (var word in words) count += BitOperations.PopCount(word);
        return count;
    }

    public static void Or(Span<ulong> words, ReadOnlySpan<ulong> others)
    {
        var wide = Wide(words);
        var wideOthers = Wide(others);
        for (var i = 0; i < wide.Length; i++) wide[i] |= wideOthers[i];
        for (var i = wide.Length * Vector<ulong>.Count; i < words.Length; i++) words[i] |= others[i];
    }

    public static void And(Span<ulong> words, ReadOnlySpan<ulong> others)
    {
        var wide = Wide(words);
        var wideOthers = Wide(others);
        for (var i = 0; i < wide.Length; i++) wide[i] &= wideOthers[i];
        for (var i = wide.Length * Vector<ulong>.Count; i < words.Length; i++) words[i] &= others[i];
    }

    public static void AndNot(Span<ulong> words, ReadOnlySpan<ulong> others)
    {
        var wide = Wide(words);
        var wideOthers = Wide(others);
        for (var i = 0; i < wide.Length; i++) wide[i] = Vector.AndNot(wide[i], wideOthers[i]);
        for (var i = wide.Length * Vector<ulong>.Count; i < words.Length; i++) words[i] &= ~others[i];
    }

    /// <summary>Adds all rows from the first to the last.</summary>
    public static void SetRun(Span<ulong> words, int first, int last)
    {
        var (from, to) = (first >>> 6, last >>> 6);
        var head = ulong.MaxValue << first;
        var tail = ulong.MaxValue >> (63 - (last & 63));
        if (from == to)
        {
            words[from] |= head & tail;
            return;
        }

        words[from] |= head;
        words[(from + 1)..to].Fill(ulong.MaxValue);
        words[to] |= tail;
    }

    /// <summary>How many rows from the first to the last are in the set.</summary>
    public static int CountRun(ReadOnlySpan<ulong> words, int first, int last)
    {
        var (from, to) = (first >>> 6, last >>> 6);
        var head = ulong.MaxValue << first;
        var tail = ulong.MaxValue >> (63 - (last & 63));
        return from == to
            ? BitOperations.PopCount(words[from] & head & tail)
            : BitOperations.PopCount(words[from] & head) + PopCount(words[(from + 1)..to]) + BitOperations.PopCount(words[to] & tail);
    }

    private static Span<Vector<ulong>> Wide(Span<ulong> words) => MemoryMarshal.Cast<ulong, Vector<ulong>>(words);

    private static ReadOnlySpan<Vector<ulong>> Wide(ReadOnlySpan<ulong> words) => MemoryMarshal.Cast<ulong, Vector<ulong>>(words);
}
