using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Manifold.Index.Kernels;

namespace Manifold.Index.Partitions;

/// <summary>
/// Gives the partitions of an index in the order in which a query should scan them. All are estimated from the signs of their centroids; only those that may come next are scored exactly,
/// a share at a time. Reused from query to query; not safe for concurrent use.
/// </summary>
/// <remarks>
/// Scores of a partition's vectors lie around m = ⟨q, c⟩, or −(‖q − c‖² + spread²) under L2, with a deviation in proportion to s = spread · ‖q‖, or 2 spread · (mean distance of q to the centroids)
/// under L2. A partition's reach is m + effort · s.
/// </remarks>
internal sealed unsafe class PartitionDirectory : IDisposable
{
    // How far an estimate may be wrong, in deviations, before a partition comes too late.
    private const float Slack = 2;

    private const int Ahead = 6;

    // A share are the partitions whose estimate is between two of these, in deviations from the mean of all: about 1 % first, then 1 to 7 % each, for the sorting of many would cost as
    // much as the scanning of some.
    private static readonly float[] Cuts = [2.4f, 2.05f, 1.8f, 1.6f, 1.4f, 1.2f, 1.05f, 0.9f, 0.75f, 0.6f, 0.45f, 0.3f, 0.15f, 0, -0.5f, float.NegativeInfinity];

    private readonly PartitionIndex _index;
    private readonly NativeBuffer _buffer;
    private readonly float* _reaches;
    private readonly ulong[] _next;
    private float* _query;
    private float _squaredNorm;
    private float _effort;
    private float _scale;
    private float _mean;
    private float _deviation;
    private float _cut;
    private float _slack;
    private int _share;
    private int _nextCount;
    private int _nextIndex;

    public PartitionDirectory(PartitionIndex index)
    {
        _index = index;
        _next = new ulong[index.Partitions];
        _buffer = new NativeBuffer(((index.Partitions + 63) & ~63) * (long)sizeof(float));
        _reaches = (float*)_buffer.Pointer;
    }

    /// <summary>Takes a query.</summary>
    /// <param name="query">[dimension], in place until the next one.</param>
    /// <param name="codes">The same, made ready.</param>
    /// <param name="effort">See the remarks.</param>
    public void Begin(float* query, CodeQuery codes, float effort)
    {
        var dimension = _index.Layout.Dimension;
        _query = query;
        _squaredNorm = Dot(query, query, dimension);
        _effort = effort;
        float alongMean = Dot(query, _index.Mean, dimension), meanNorm = Dot(_index.Mean, _index.Mean, dimension);
        var distance = MathF.Sqrt(MathF.Max(0, _squaredNorm + meanNorm - (2 * alongMean)));
        _scale = _index.Metric == Metric.L2 ? 2 * MathF.Sqrt(MathF.Max(0, _squaredNorm + _index.MeanSquaredNorm - (2 * alongMean))) : MathF.Sqrt(_squaredNorm);
        _slack = Slack * _index.DirectoryDeviation * distance * (_index.Metric == Metric.L2 ? 2 : 1);
        Estimate(codes, alongMean);
        (_share, _nextCount, _nextIndex, _cut) = (0, 0, 0, float.PositiveInfinity);
    }

    /// <summary>The partition that will be next, unless the threshold rules it out; -1 where that is not known yet.</summary>
    public int Upcoming => _nextIndex < _nextCount ? (int)(uint)_next[_nextIndex] : -1;

    /// <summary>The next partition.</summary>
    /// <param name="threshold">Partitions with a smaller reach are not wanted.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="start">The base score of its vectors: ⟨q, c⟩, or −‖q − c‖² under L2.</param>
    /// <param name="distance">‖q − c‖.</param>
    /// <returns>False when none is left whose reach may come to the threshold.</returns>
    public bool TryTake(float threshold, out int partition, out float start, out float distance)
    {
        while (_nextIndex == _nextCount)
        {
            if (_share == Cuts.Length || _cut + _slack < threshold)
            {
                (partition, start, distance) = (-1, 0, 0);
                return false;
            }

            Collect();
        }

        var next = _next[_nextIndex++];
        partition = (int)(uint)next;
        if (FloatOf((uint)(next >> 32)) < threshold)
        {
            // What follows of this share reaches no farther; the next share may, a little.
            _nextIndex = _nextCount;
            return TryTake(threshold, out partition, out start, out distance);
        }

        var dot = Dot(_query, _index.Centroids + ((long)partition * _index.Layout.Dimension), _index.Layout.Dimension);
        var squared = MathF.Max(0, _squaredNorm + _index.SquaredNorms[partition] - (2 * dot));
        start = _index.Metric == Metric.L2 ? -squared : dot;
        distance = MathF.Sqrt(squared);
        return true;
    }

    public void Dispose() => _buffer.Dispose();

    /// <summary>The reach of every partition by its signs, and their mean and deviation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Estimate(CodeQuery codes, float alongMean)
    {
        var pairs = codes.Pairs;
        int blockBytes = (pairs * CodeLayout.BlockRows) + (2 * CodeLayout.BlockRows * sizeof(float)), partitions = _index.Partitions;
        var isL2 = _index.Metric == Metric.L2;
        Vector512<float> start = Vector512.Create(alongMean), scale = Vector512.Create(_effort * _scale), sums = default, squares = default;
        for (var first = 0; first < partitions; first += CodeLayout.BlockRows)
        {
            var block = _index.Directory + ((long)(first / CodeLayout.BlockRows) * blockBytes);
            var factors = (float*)(block + (pairs * CodeLayout.BlockRows));
            SignScan.Sum(codes, block, out var a, out var b);
            for (var half = 0; half < 2; half++)
            {
                var at = first + (16 * half);
                var reach = start + Vector512.MultiplyAddEstimate(Vector512.Load(factors + 32 + (16 * half)), half == 0 ? a : b, Vector512.Load(factors + (16 * half)));
                var spread = Vector512.Load(_index.Spreads + at);
                if (isL2)
                    reach = reach + reach - Vector512.Load(_index.SquaredNorms + at) - Vector512.Create(_squaredNorm) - (spread * spread);
                reach += spread * scale;
                reach.Store(_reaches + at);
                if (at + 16 <= partitions)
                {
                    sums += reach;
                    squares += reach * reach;
                }
            }
        }

        float counted = Math.Max(1, partitions / 16 * 16), sum = Vector512.Sum(sums), square = Vector512.Sum(squares);
        _mean = sum / counted;
        _deviation = MathF.Sqrt(MathF.Max(0, (square / counted) - (_mean * _mean)));
    }

    /// <summary>Scores the partitions of the next share exactly, and puts them in order.</summary>
    private void Collect()
    {
        float above = _cut, cut = Cuts[_share++];
        _cut = float.IsNegativeInfinity(cut) ? cut : _mean + (cut * _deviation);
        var count = 0;
        Vector512<float> low = Vector512.Create(_cut), high = Vector512.Create(above);
        for (var first = 0; first < _index.Partitions; first += 16)
        {
            var reaches = Vector512.Load(_reaches + first);
            var found = (uint)(Vector512.GreaterThanOrEqual(reaches, low) & Vector512.LessThan(reaches, high)).ExtractMostSignificantBits();
            for (; found != 0; found &= found - 1)
            {
                var partition = first + BitOperations.TrailingZeroCount(found);
                if (partition < _index.Partitions)
                    _next[count++] = (uint)partition;
            }
        }

        for (var i = 0; i < count; i++)
        {
            if (i + Ahead < count)
                Prefetch(_next[i + Ahead]);
            _next[i] |= (ulong)~Sortable(Reach((int)_next[i])) << 32;
        }

        _next.AsSpan(0, count).Sort();
        (_nextIndex, _nextCount) = (0, count);
    }

    // Centroids lie apart, and nothing but the list says which are next.
    private void Prefetch(ulong partition)
    {
        if (Sse.IsSupported)
        {
            var start = (byte*)(_index.Centroids + ((long)partition * _index.Layout.Dimension));
            for (var offset = 0; offset < _index.Layout.Dimension * sizeof(float); offset += 64)
                Sse.Prefetch0(start + offset);
        }
    }

    private float Reach(int partition)
    {
        var dot = Dot(_query, _index.Centroids + ((long)partition * _index.Layout.Dimension), _index.Layout.Dimension);
        var spread = _index.Spreads[partition];
        var middle = _index.Metric == Metric.L2 ? (2 * dot) - _index.SquaredNorms[partition] - _squaredNorm - (spread * spread) : dot;
        return middle + (_effort * _scale * spread);
    }

    private static float Dot(float* a, float* b, int dimension) => KernelLadder.Run<DotTerm, RowScore, float>(dimension, new RowScore(a, b, dimension));

    // The bits of a float as a number in the same order.
    private static uint Sortable(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
    }

    private static float FloatOf(uint complement)
    {
        var bits = ~complement;
        return BitConverter.UInt32BitsToSingle((bits & 0x80000000) != 0 ? bits & 0x7FFFFFFF : ~bits);
    }
}
