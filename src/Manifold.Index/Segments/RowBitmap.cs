using System.Numerics;

namespace Manifold.Index;

/// <summary>
/// An immutable set of rows in chunks of <see cref="ChunkRows"/> bits. A <see cref="Builder"/> derives the next set by copying the chunks it
/// touches (and the table of chunks, 8 bytes for each <see cref="ChunkRows"/> rows); the rest is shared. Safe to read from any thread.
/// </summary>
public sealed class RowBitmap
{
    /// <summary>Rows of a chunk: 512 bytes, little to copy for one delete, and the block a search works on.</summary>
    internal const int ChunkRows = 4096;

    private const int WordsPerChunk = ChunkRows / 64;

    private readonly ulong[]?[] _chunks;

    private RowBitmap(ulong[]?[] chunks, int count)
    {
        _chunks = chunks;
        Count = count;
    }

    /// <summary>No rows.</summary>
    public static RowBitmap Empty { get; } = new([], 0);

    /// <summary>How many rows are in the set.</summary>
    public int Count { get; }

    /// <summary>The rows in ascending order.</summary>
    public IEnumerable<int> Rows
    {
        get
        {
            for (var chunk = 0; chunk < _chunks.Length; chunk++)
            {
                var words = _chunks[chunk];
                for (var word = 0; word < words?.Length; word++)
                    for (var bits = words[word]; bits != 0; bits &= bits - 1)
                        yield return (chunk * ChunkRows) + (word * 64) + BitOperations.TrailingZeroCount(bits);
            }
        }
    }

    /// <summary>How many chunks have a place in the table.</summary>
    internal int ChunkCount => _chunks.Length;

    /// <exception cref="ArgumentOutOfRangeException">A row is negative.</exception>
    public static RowBitmap FromRows(IEnumerable<int> rows)
    {
        var builder = new Builder(Empty);
        foreach (var row in rows) builder.Add(row);
        return builder.ToImmutable();
    }

    /// <summary>Whether the row is in the set; false for rows beyond its end.</summary>
    public bool Contains(int row) => Contains(_chunks, row);

    /// <summary>The 64 words of a chunk, bit i mod 64 of word i / 64 for its row i; empty where no row of the chunk is in the set.</summary>
    internal ReadOnlySpan<ulong> Chunk(int chunk) => chunk < _chunks.Length ? _chunks[chunk] : default;

    private static bool Contains(ulong[]?[] chunks, int row)
    {
        var chunk = (uint)row / ChunkRows;
        return chunk < (uint)chunks.Length && chunks[chunk] is { } words && (words[row / 64 % WordsPerChunk] >> row & 1) != 0;
    }

    /// <summary>Derives sets from a set. For one thread at a time; the sets it gives are free of it.</summary>
    public sealed class Builder
    {
        private readonly HashSet<int> _owned = [];
        private ulong[]?[] _chunks;
        private RowBitmap _last;

        /// <summary>Starts from <paramref name="start"/>.</summary>
        public Builder(RowBitmap start)
        {
            _last = start;
            _chunks = start._chunks;
            Count = start.Count;
        }

        /// <summary>How many rows are in the set now.</summary>
        public int Count { get; private set; }

        /// <summary>Whether the row is in the set now.</summary>
        public bool Contains(int row) => RowBitmap.Contains(_chunks, row);

        /// <summary>Adds a row; false if it was there.</summary>
        /// <exception cref="ArgumentOutOfRangeException">The row is negative.</exception>
        public bool Add(int row)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            if (Contains(row)) return false;
            var chunk = row / ChunkRows;
            if (chunk >= _chunks.Length) Array.Resize(ref _chunks, chunk + 1);
            else if (_owned.Count == 0) _chunks = [.. _chunks]; // the last set keeps its own table
            if (_owned.Add(chunk)) _chunks[chunk] = _chunks[chunk] is { } shared ? [.. shared] : new ulong[WordsPerChunk];
            _chunks[chunk]![row / 64 % WordsPerChunk] |= 1UL << row;
            Count++;
            return true;
        }

        /// <summary>The set as it is now; the same object until something is added.</summary>
        public RowBitmap ToImmutable()
        {
            if (_owned.Count == 0) return _last;
            _owned.Clear();
            return _last = new RowBitmap(_chunks, Count);
        }
    }
}
