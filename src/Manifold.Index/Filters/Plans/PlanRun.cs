using System.Buffers;
using System.Numerics;

namespace Manifold.Index;

/// <summary>One evaluation of a plan, by one thread.</summary>
internal sealed class PlanRun(SegmentReader reader, int rowCount, CancellationToken cancellationToken)
{
    /// <summary>Words looked at row by row between two looks at the cancellation.</summary>
    private const int CancellationWords = 64;

    public int RowCount { get; } = rowCount;

    /// <summary>An empty bitmap over the rows.</summary>
    public PooledWords Rent() => new(RowWords.Count(RowCount));

    /// <summary>Clears the bits of the rows that do not match, looking at each.</summary>
    public void Keep(FilterNode node, Span<ulong> words)
    {
        for (var word = 0; word < words.Length; word++)
        {
            if (word % CancellationWords == 0) cancellationToken.ThrowIfCancellationRequested();
            for (var rest = words[word]; rest != 0; rest &= rest - 1)
            {
                var bit = BitOperations.TrailingZeroCount(rest);
                if (!reader.Matches((word * 64) + bit, node)) words[word] &= ~(1UL << bit);
            }
        }
    }

    /// <summary>Sets the bits of the rows that match, looking at each whose bit is not set.</summary>
    public void AddMatches(FilterNode node, Span<ulong> words)
    {
        for (var row = 0; row < RowCount; row++)
        {
            if (row % (CancellationWords * 64) == 0) cancellationToken.ThrowIfCancellationRequested();
            if (!RowWords.Contains(words, row) && reader.Matches(row, node)) words[row >>> 6] |= 1UL << row;
        }
    }

    public void ThrowIfCancelled() => cancellationToken.ThrowIfCancellationRequested();

    /// <summary>A rented bitmap; disposing gives it back.</summary>
    internal readonly struct PooledWords(int count) : IDisposable
    {
        private readonly ulong[] _words = Cleared(count);

        public Span<ulong> Words => _words.AsSpan(0, count);

        public void Dispose() => ArrayPool<ulong>.Shared.Return(_words);

        private static ulong[] Cleared(int count)
        {
            var words = ArrayPool<ulong>.Shared.Rent(count);
            words.AsSpan(0, count).Clear();
            return words;
        }
    }
}
