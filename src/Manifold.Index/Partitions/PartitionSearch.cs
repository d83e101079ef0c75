using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Manifold.Index.Kernels;

namespace Manifold.Index.Partitions;

/// <summary>Searches of a <see cref="PartitionIndex"/>, and the memory that they work in. Reused from search to search; not safe for concurrent use.</summary>
/// <remarks>
/// Partitions are scanned in the order of <see cref="PartitionDirectory"/>, until the reach of the next is below the k-th best score seen: so a query whose hits lie together looks at few
/// partitions, one whose hits are scattered or whose filter leaves little at many. In a partition, signs rule out most vectors: those whose estimate plus a few deviations of the error is below
/// the k-th best. Whole codes rule out most of the rest; what remains is scored exactly, best estimate first.
/// </remarks>
internal sealed unsafe class PartitionSearch : IDisposable
{
    // Deviations of the error of a whole code's estimate that are allowed for: on 340,479 word vectors of 100 dimensions 3 costs three exact scores a query more than 1.9 and gains half a point of
    // recall.
    private const float CodeSlack = 3;

    // Bytes of the next partition that are asked for ahead.
    private const int PrefetchBytes = 1024;

    private readonly PartitionIndex _index;
    private readonly PartitionDirectory _directory;
    private readonly CodeQuery _codes;
    private readonly NativeBuffer _buffer;
    private readonly float* _query;
    private readonly float* _sums;
    private readonly int _blockBytes;
    private readonly int _signBytes;
    private readonly int _lowBits;
    private readonly int _lowBytes;
    private readonly int _units;
    private readonly int _rowCount;
    private float[] _best = new float[16];
    private Candidate[] _candidates = new Candidate[256];
    private Pending[] _pending = new Pending[256];
    private float _signSlack;
    private float _floor;
    private int _bestCount;
    private int _candidateCount;

    public PartitionSearch(PartitionIndex index)
    {
        _index = index;
        var layout = index.Layout;
        (_blockBytes, _signBytes, _lowBits, _lowBytes, _units) = (layout.BlockBytes, layout.SignBytes, layout.LowBits, layout.LowBytes, layout.Units);
        _rowCount = index.Segment.RowCount;
        _directory = new PartitionDirectory(index);
        _codes = new CodeQuery(layout, index.Rotation);
        _buffer = new NativeBuffer((layout.Dimension + CodeLayout.BlockRows) * (long)sizeof(float));
        _sums = (float*)_buffer.Pointer;
        _query = _sums + CodeLayout.BlockRows;
    }

    /// <summary>Offers the nearest vectors to <paramref name="results"/>, with their exact scores.</summary>
    /// <param name="query">[dimension]; of unit length under cosine.</param>
    /// <param name="allowed">A bit for each row of the segment that may be found; empty for all.</param>
    /// <param name="minimumScore">Inclusive lower bound of the scores wanted; negative infinity for none.</param>
    /// <param name="effort">How far to look: see <see cref="RecallTable"/>.</param>
    /// <param name="firstRow">Row i of the segment is offered as <paramref name="firstRow"/> + i.</param>
    /// <param name="results">Collects the best rows; may hold rows of other segments.</param>
    /// <param name="done">What was done is added.</param>
    /// <param name="cancellationToken">Looked at between partitions.</param>
    public void Search(
        ReadOnlySpan<float> query, ReadOnlySpan<ulong> allowed, float minimumScore, in ProbeEffort effort, int firstRow, TopK results, ref SearchEffort done, CancellationToken cancellationToken)
    {
        query.CopyTo(new Span<float>(_query, query.Length));
        _codes.Prepare(_query);
        _directory.Begin(_query, _codes, effort.Reach);
        _signSlack = effort.SignSlack * _index.SignDeviation;
        _bestCount = 0;
        _candidateCount = 0;
        if (_best.Length < results.Capacity)
            _best = new float[results.Capacity];

        // What is found elsewhere, or asked for, does not cut short where to look: the effort was measured with a threshold that rises from nothing, and with another one
        // it would find less than it promises.
        var threshold = float.NegativeInfinity;
        _floor = MathF.Max(minimumScore, results.Threshold);
        fixed (ulong* mask = allowed)
        {
            while (_directory.TryTake(threshold, out var partition, out var start, out var distance))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Scan(partition, start, distance, mask, results.Capacity, ref threshold, ref done);
            }
        }

        Score(firstRow, MathF.Max(threshold, _floor), minimumScore, results, ref done);
    }

    public void Dispose()
    {
        _codes.Dispose();
        _directory.Dispose();
        _buffer.Dispose();
    }

    /// <summary>Scans the signs of a partition, then looks closer at the vectors that they do not rule out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(int partition, float start, float distance, ulong* allowed, int limit, ref float threshold, ref SearchEffort done)
    {
        int firstRow = _index.RowStarts[partition], rows = _index.RowStarts[partition + 1] - firstRow, blockBytes = _blockBytes;
        var block = _index.Blocks + ((long)_index.BlockStarts[partition] * blockBytes);
        float slack = _signSlack * distance, reach = threshold - start;
        var codes = _codes;
        var sums = _sums;
        var low = _index.LowCodes + ((long)firstRow * _lowBytes);
        Prefetch(_directory.Upcoming);
        done.Partitions++;
        done.Scanned += rows;
        if (_pending.Length < rows)
            _pending = new Pending[rows];
        var count = 0;
        for (var row = 0; row < rows; row += CodeLayout.BlockRows, block += blockBytes)
        {
            var found = SignScan.Scan(codes, block, slack, reach, sums);
            if (rows - row < CodeLayout.BlockRows)
                found &= (1u << (rows - row)) - 1;
            for (; found != 0; found &= found - 1)
            {
                var i = BitOperations.TrailingZeroCount(found);
                if (allowed != null && !IsAllowed(allowed, RowId(firstRow + row + i)))
                    continue;

                // Low codes lie apart: they arrive while the other blocks are scanned.
                _pending[count++] = new Pending(row + i, sums[i]);
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(low + ((long)(row + i) * _lowBytes));
                    Sse.Prefetch0(low + ((long)(row + i + 1) * _lowBytes) - 1);
                }
            }
        }

        done.Refined += count;
        Refine(partition, start, CodeSlack * _index.CodeDeviation * distance, count, limit, ref threshold);
    }

    /// <summary>The segment's row of a vector: read from a file, so checked before anything is looked up by it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int RowId(int place)
    {
        var row = _index.RowIds[place];
        if ((uint)row >= (uint)_rowCount)
            ThrowNoSuchRow(place, row);
        return row;
    }

    private void ThrowNoSuchRow(int place, int row) =>
        throw new CorruptSegmentException((_index.Segment as Segment)?.Index?.Path ?? "index", nameof(SectionKind.PartitionRows), (long)place * sizeof(int), $"row {row} is not one of {_rowCount}");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsAllowed(ulong* allowed, int row) => (allowed[(uint)row / 64] >> row & 1) != 0;

    /// <summary>Asks for the beginning of a partition's blocks; the processor foresees the rest.</summary>
    private void Prefetch(int partition)
    {
        if (partition < 0 || !Sse.IsSupported)
            return;
        var start = _index.Blocks + ((long)_index.BlockStarts[partition] * _blockBytes);
        for (var offset = 0; offset < PrefetchBytes; offset += 64)
            Sse.Prefetch0(start + offset);
    }

    /// <summary>Estimates the pending vectors of a partition by their whole codes, and keeps those that may be among the best.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Refine(int partition, float start, float slack, int count, int limit, ref float threshold)
    {
        var firstRow = _index.RowStarts[partition];
        int lowBits = _lowBits, lowBytes = _lowBytes, units = _units;
        var bytes = _codes.Bytes;
        float byteStep = _codes.ByteStep, centre = _codes.Centre, signScale = 1 << lowBits;
        for (var i = 0; i < count; i++)
        {
            var (row, sum) = _pending[i];
            float add, multiply;
            if (lowBits > 0)
            {
                var low = _index.LowCodes + ((long)(firstRow + row) * lowBytes);
                var factors = (float*)(low + lowBytes) - 2;
                (add, multiply) = (factors[0], factors[1]);
                sum = (signScale * sum) + (LowCodes.Dot(bytes, low, lowBits, units) * byteStep) - centre;
            }
            else
            {
                var block = _index.Blocks + ((_index.BlockStarts[partition] + (row / CodeLayout.BlockRows)) * (long)_blockBytes);
                var factors = (float*)(block + _signBytes) + (row % CodeLayout.BlockRows);
                (add, multiply) = (factors[0], factors[CodeLayout.BlockRows]);
            }

            var estimate = start + add + (multiply * sum);
            var bound = estimate + (multiply * slack);
            if (bound >= threshold)
                Keep(new Candidate(firstRow + row, estimate, bound), limit, ref threshold);
        }
    }

    /// <summary>Keeps a candidate that may be among the best of all, and raises the threshold to the k-th best estimate of this index once there are k.</summary>
    private void Keep(in Candidate candidate, int limit, ref float threshold)
    {
        if (candidate.Bound >= _floor)
        {
            if (_candidateCount == _candidates.Length)
                Array.Resize(ref _candidates, 2 * _candidates.Length);
            _candidates[_candidateCount++] = candidate;
        }

        KeepBest(candidate.Estimate, limit);
        if (_bestCount == limit)
            threshold = MathF.Max(threshold, _best[0]);
    }

    /// <summary>Keeps the k best estimates, in a heap with the least on top.</summary>
    private void KeepBest(float estimate, int limit)
    {
        if (_bestCount < limit)
        {
            var hole = _bestCount++;
            for (; hole > 0 && estimate < _best[(hole - 1) / 2]; hole = (hole - 1) / 2)
                _best[hole] = _best[(hole - 1) / 2];
            _best[hole] = estimate;
        }
        else if (estimate > _best[0])
        {
            var hole = 0;
            for (var child = 1; child < limit; child = (2 * hole) + 1)
            {
                if (child + 1 < limit && _best[child + 1] < _best[child])
                    child++;
                if (_best[child] >= estimate)
                    break;
                _best[hole] = _best[child];
                hole = child;
            }

            _best[hole] = estimate;
        }
    }

    /// <summary>Scores what is left exactly, the best estimate first, as long as a row may still enter.</summary>
    private void Score(int firstRow, float threshold, float minimumScore, TopK results, ref SearchEffort done)
    {
        var kept = 0;
        for (var i = 0; i < _candidateCount; i++)
        {
            if (_candidates[i].Bound >= threshold)
                _candidates[kept++] = _candidates[i] with { Row = RowId(_candidates[i].Row) };
        }

        _candidates.AsSpan(0, kept).Sort();
        fixed (Candidate* candidates = _candidates)
        {
            var visitor = new CandidateScorer(_index, _query, candidates, kept, firstRow, minimumScore, results);
            done.Scored += _index.Metric == Metric.L2
                ? KernelLadder.Run<SquaredDistanceTerm, CandidateScorer, int>(_index.Layout.Dimension, visitor)
                : KernelLadder.Run<DotTerm, CandidateScorer, int>(_index.Layout.Dimension, visitor);
        }
    }

    // A row of the partition that is scanned, and its sum by the signs.
    private readonly record struct Pending(int Row, float Sum);

    private readonly record struct Candidate(int Row, float Estimate, float Bound) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other) => other.Estimate.CompareTo(Estimate);
    }

    /// <summary>Scores candidates by the kernel that a scan would use, so that a row has the same score however it was found.</summary>
    private readonly struct CandidateScorer(PartitionIndex index, float* query, Candidate* candidates, int count, int firstRow, float minimumScore, TopK results) : IKernelVisitor<int>
    {
        // Rows lie apart: asking for the next ones while one is scored hides most of the wait.
        private const int Ahead = 4;
        private readonly PartitionIndex _index = index;
        private readonly float* _query = query;
        private readonly Candidate* _candidates = candidates;
        private readonly int _count = count;
        private readonly int _firstRow = firstRow;
        private readonly float _minimumScore = minimumScore;
        private readonly TopK _results = results;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Visit<TKernel>()
            where TKernel : struct, IRowKernel
        {
            var scored = 0;
            for (var i = 0; i < Math.Min(Ahead, _count); i++)
                Prefetch(_candidates[i].Row);
            for (var i = 0; i < _count; i++)
            {
                if (i + Ahead < _count)
                    Prefetch(_candidates[i + Ahead].Row);
                var bound = MathF.Max(_minimumScore, _results.Threshold);
                if (_candidates[i].Bound < bound)
                    continue;
                var score = TKernel.Score(_query, Vector(_candidates[i].Row), _index.Layout.Dimension);
                scored++;
                if (score >= bound)
                    _results.Offer(_firstRow + _candidates[i].Row, score);
            }

            return scored;
        }

        private float* Vector(int row)
        {
            _index.Segment.TryGetVector(row, _index.Space, out var vector);
            return (float*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(vector));
        }

        private void Prefetch(int row)
        {
            if (!Sse.IsSupported)
                return;
            var start = (byte*)Vector(row);
            for (var offset = 0; offset < Math.Min(1024, _index.Layout.Dimension * sizeof(float)); offset += 64)
                Sse.Prefetch0(start + offset);
        }
    }
}
