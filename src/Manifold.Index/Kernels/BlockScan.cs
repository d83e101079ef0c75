using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Manifold.Index.Kernels;

/// <summary>
/// One pass over one block. The bound (the greater of the caller's minimum and the collector's threshold) is kept in a register and
/// compared once for four rows; the collector is called only when one of the four can enter.
/// </summary>
internal readonly unsafe struct BlockScan(
    float* query, in VectorBlock block, int firstRow, ulong* allowed, float minimumScore, TopK results) : IKernelVisitor<bool>
{
    // Out of 64 rows. Reading all of them in order costs as much as fetching about 20 rows of 512 bytes, or 30 of several kilobytes, that lie
    // apart, because only the former is foreseen by the prefetcher (measured on a Zen 4 server; asking for rows that lie apart did not help).
    private const int DenseWord = 24;

    // Bytes: a page of a mapped file. The processor's prefetcher stops at the end of a page, so that each would begin with a wait. In a mapped file a scan of 340,479 × 100 is 1.4 to 1.5
    // times as fast with it, of 100,000 × 128 1.05 to 1.2 times; in huge pages, where nothing stops the processor's own, 128 elements are scanned at 0.7 of the speed.
    private const int Ahead = 4096;

    private readonly float* _query = query;
    private readonly float* _rows = block.Rows;
    private readonly bool _isMapped = block.IsMapped;
    private readonly int _count = block.Count;
    private readonly int _dimension = block.Dimension;
    private readonly int _firstRow = firstRow;
    private readonly ulong* _allowed = allowed;
    private readonly float _minimumScore = minimumScore;
    private readonly TopK _results = results;

    private float Bound => MathF.Max(_minimumScore, _results.Threshold);

    public bool Visit<TKernel>()
        where TKernel : struct, IRowKernel
    {
        if (_allowed == null && _isMapped)
            ScanAll<TKernel, Mapped>();
        else if (_allowed == null)
            ScanAll<TKernel, InMemory>();
        else
            ScanMasked<TKernel>();
        return true;
    }

    // Compiled with full optimisation at once: one call may be a whole scan, and the tiers would meet it in the middle.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanAll<TKernel, TPlace>()
        where TKernel : struct, IRowKernel
        where TPlace : struct
    {
        nint stride = _dimension;
        int dimension = _dimension;
        float* query = _query;
        float* row = _rows;
        Vector128<float> bounds = Vector128.Create(Bound);
        int i = 0;
        for (; i <= _count - 4; i += 4, row += 4 * stride)
        {
            // Known to the compiler: a test in the loop, never true, made a scan of 128 elements a fifth slower.
            if (typeof(TPlace) == typeof(Mapped))
                Prefetch((byte*)row, stride);
            Vector128<float> scores = TKernel.Score(query, row, row + stride, row + (2 * stride), row + (3 * stride), dimension);
            if (Vector128.GreaterThanOrEqualAny(scores, bounds))
                bounds = Vector128.Create(Offer(i, i + 1, i + 2, i + 3, scores));
        }

        for (; i < _count; i++, row += stride)
        {
            float score = TKernel.Score(query, row, dimension);
            if (score >= bounds.ToScalar())
                bounds = Vector128.Create(Offer(i, score));
        }
    }

    /// <summary>Takes the mask word by word; an empty word costs one test.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanMasked<TKernel>()
        where TKernel : struct, IRowKernel
    {
        float bound = Bound;
        for (int start = 0, left = _count; left > 0; start += 64, left -= 64)
        {
            ulong word = _allowed[start / 64];
            if (left < 64)
                word &= (1UL << left) - 1;
            if (word == 0)
                continue;
            bound = BitOperations.PopCount(word) >= DenseWord
                ? ScanDenseWord<TKernel>(start, word, bound)
                : ScanSparseWord<TKernel>(start, word, bound);
        }
    }

    /// <summary>Scores all rows of a word and leaves out those that are not allowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float ScanDenseWord<TKernel>(int start, ulong word, float bound)
        where TKernel : struct, IRowKernel
    {
        nint stride = _dimension;
        float* row = _rows + (start * stride);
        Vector128<float> bounds = Vector128.Create(bound);
        int end = Math.Min(64, _count - start);
        int i = 0;
        for (; i <= end - 4; i += 4, row += 4 * stride)
        {
            if (_isMapped)
                Prefetch((byte*)row, stride);
            Vector128<float> scores = TKernel.Score(_query, row, row + stride, row + (2 * stride), row + (3 * stride), _dimension);
            uint four = (uint)(word >> i) & Vector128.GreaterThanOrEqual(scores, bounds).ExtractMostSignificantBits();
            if (four != 0)
                bounds = Vector128.Create(OfferAllowed(start + i, four, scores));
        }

        return i < end ? ScanSparseWord<TKernel>(start, word & (ulong.MaxValue << i), bounds.ToScalar()) : bounds.ToScalar();
    }

    /// <summary>Scores the allowed rows of a word, four at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float ScanSparseWord<TKernel>(int start, ulong word, float bound)
        where TKernel : struct, IRowKernel
    {
        nint stride = _dimension;
        float* rows = _rows + (start * stride);
        for (int left = BitOperations.PopCount(word); left >= 4; left -= 4)
        {
            int bit0 = NextBit(ref word), bit1 = NextBit(ref word), bit2 = NextBit(ref word), bit3 = NextBit(ref word);
            Vector128<float> scores = TKernel.Score(
                _query, rows + (bit0 * stride), rows + (bit1 * stride), rows + (bit2 * stride), rows + (bit3 * stride), _dimension);
            if (Vector128.GreaterThanOrEqualAny(scores, Vector128.Create(bound)))
                bound = Offer(start + bit0, start + bit1, start + bit2, start + bit3, scores);
        }

        while (word != 0)
        {
            int bit = NextBit(ref word);
            float score = TKernel.Score(_query, rows + (bit * stride), _dimension);
            if (score >= bound)
                bound = Offer(start + bit, score);
        }

        return bound;
    }

    /// <summary>Asks for what follows four rows by <see cref="Ahead"/> bytes; beyond the end of the memory nothing happens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* row, nint stride)
    {
        if (!Sse.IsSupported)
            return;
        for (nint offset = Ahead; offset < Ahead + (4 * stride * sizeof(float)); offset += 64)
            Sse.Prefetch0(row + offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NextBit(ref ulong word)
    {
        int bit = BitOperations.TrailingZeroCount(word);
        word &= word - 1;
        return bit;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private float OfferAllowed(int firstOfFour, uint allowed, Vector128<float> scores)
    {
        for (; allowed != 0; allowed &= allowed - 1)
        {
            int i = BitOperations.TrailingZeroCount(allowed);
            _ = Offer(firstOfFour + i, scores[i]);
        }

        return Bound;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private float Offer(int row0, int row1, int row2, int row3, Vector128<float> scores)
    {
        _ = Offer(row0, scores[0]);
        _ = Offer(row1, scores[1]);
        _ = Offer(row2, scores[2]);
        return Offer(row3, scores[3]);
    }

    /// <summary>Offers a row that is not below the caller's minimum.</summary>
    /// <returns>The bound from here on.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private float Offer(int row, float score)
    {
        if (score >= _minimumScore)
            _results.Offer(_firstRow + row, score);
        return Bound;
    }

    private readonly struct Mapped;

    private readonly struct InMemory;
}
