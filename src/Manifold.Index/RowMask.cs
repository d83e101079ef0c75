using System.Buffers;

namespace Manifold.Index;

/// <summary>The live rows of a segment that a filter selects, as a bitmap. The buffer is rented: dispose the mask when it is no longer read.</summary>
internal sealed class RowMask : IDisposable
{
    private readonly int _rows;
    private ulong[] _words;

    /// <summary>All rows.</summary>
    public RowMask(int rows)
    {
        _rows = rows;
        var words = RowWords.Count(rows);
        _words = ArrayPool<ulong>.Shared.Rent(words);
        _words.AsSpan(0, words).Clear();
        if (rows > 0) RowWords.SetRun(_words, 0, rows - 1);
    }

    /// <summary>Row i is bit i mod 64 of word i / 64; the rows' words and no more. Valid until the mask is disposed.</summary>
    public ReadOnlySpan<ulong> Words => _words.AsSpan(0, (_rows + 63) / 64);

    /// <summary>How many rows are selected.</summary>
    public int Count => RowWords.PopCount(Words);

    /// <summary>The words up to a whole container, for the algebra.</summary>
    internal Span<ulong> Padded => _words.AsSpan(0, RowWords.Count(_rows));

    public void Dispose()
    {
        if (_words.Length > 0) ArrayPool<ulong>.Shared.Return(_words);
        _words = [];
    }
}
