using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Manifold.Index.Kernels;

namespace Manifold.Index.Scalar;

/// <summary>
/// Exact search by way of <see cref="ScalarCodes"/>: estimates every allowed row, and scores by its vector each one whose estimate and bound reach the k-th best score so far. Finds what
/// <see cref="FlatScan"/> finds, with the same scores. Owned by one search; not safe for concurrent use.
/// </summary>
/// <remarks>
/// To the bound of the codes comes what two sums of d products may be rounded by, at most about d · 2⁻²⁴ · ‖q‖ · ‖x‖ each (Higham, 2002, section 3.1), here taken twice over.
/// </remarks>
internal sealed unsafe class ScalarScan : IDisposable
{
    // Rows of more elements are streams too far apart for the prefetcher when four are read side by side: see KernelLadder.
    private const int LongRowBytes = 256;

    // See BlockScan.
    private const int Ahead = 4096;

    private readonly ScalarCodes _codes;
    private readonly NativeBuffer _buffer;
    private readonly float* _lanes;
    private readonly float* _query;
    private readonly float _minimumScore;
    private readonly TopK _results;
    private readonly float _errorFactor;
    private readonly float _dotFactor;
    private readonly float _constant;

    /// <param name="codes">What is scanned.</param>
    /// <param name="query">[dimension]; of unit length under cosine, its square neither near overflow nor all denormal.</param>
    /// <param name="minimumScore">Inclusive lower bound of the scores wanted; negative infinity for none.</param>
    /// <param name="results">Collects the best rows.</param>
    public ScalarScan(ScalarCodes codes, ReadOnlySpan<float> query, float minimumScore, TopK results)
    {
        (_codes, _minimumScore, _results) = (codes, minimumScore, results);
        _buffer = new NativeBuffer(2L * codes.PaddedDimension * sizeof(float));
        _lanes = (float*)_buffer.Pointer;
        _query = _lanes + codes.PaddedDimension;
        query.CopyTo(new Span<float>(_query, query.Length));
        float norm = MathF.Sqrt(VectorMath.SquaredNorm(query)) * 1.0001f, rounding = query.Length * MathF.Pow(2, -22);
        for (var i = 0; i < query.Length; i++) _lanes[i] = query[i] / norm * LaneScale(codes.Precision);
        (_dotFactor, _errorFactor, _constant) = codes.Metric == Metric.L2
            ? (2 * codes.Scale * norm, 2 * norm, (rounding * (norm + codes.GreatestNorm) * (norm + codes.GreatestNorm)) - VectorMath.SquaredNorm(query))
            : (codes.Scale * norm, norm, rounding * norm * codes.GreatestNorm);
    }

    /// <summary>How many rows were scored by their vectors.</summary>
    public long Scored { get; private set; }

    /// <summary>Offers the rows of a block that may be hits.</summary>
    /// <param name="first">The block's first row.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="allowed">A bit for each that may be found; empty for all.</param>
    /// <param name="firstRow">Row i of the segment is offered as <paramref name="firstRow"/> + i.</param>
    public void Scan(int first, int count, ReadOnlySpan<ulong> allowed, int firstRow)
    {
        fixed (ulong* mask = allowed)
        {
            if (_codes.Precision == VectorPrecision.Int8) Scan<Int8Element>(first, count, mask, firstRow);
            else Scan<HalfElement>(first, count, mask, firstRow);
        }
    }

    public void Dispose() => _buffer.Dispose();

    private static float LaneScale(VectorPrecision precision) => precision == VectorPrecision.Int8 ? Int8Element.LaneScale : HalfElement.LaneScale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan<TElement>(int first, int count, ulong* allowed, int firstRow)
        where TElement : IScalarElement
    {
        nint stride = (nint)_codes.PaddedDimension * TElement.Bytes;
        var codes = _codes.Rows + (first * stride);
        var errors = _codes.Errors + first;
        var norms = _codes.SquaredNorms == null ? null : _codes.SquaredNorms + first;
        var isLong = stride >= LongRowBytes;
        var dotFactor = Vector128.Create(_dotFactor);
        var errorFactor = Vector128.Create(_errorFactor);
        var constant = Vector128.Create(_constant);
        var bounds = Vector128.Create(Bound);
        for (var i = 0; i < count; i += 4)
        {
            var wanted = allowed == null ? 0xFu : (uint)(allowed[i / 64] >> (i % 64)) & 0xF;
            if (wanted == 0) continue;
            var row = codes + (i * stride);
            var left = count - i;
            if (left < 4) wanted &= (1u << left) - 1;
            var dots = left < 4 ? Few<TElement>(row, stride, left) : isLong ? FourOneByOne<TElement>(row, stride, wanted) : FourTogether<TElement>(row, stride);
            var error = left < 4 ? LoadFew(errors + i, left) : Vector128.Load(errors + i);
            var reach = Vector128.MultiplyAddEstimate(error, errorFactor, Vector128.MultiplyAddEstimate(dots, dotFactor, constant));
            if (norms != null) reach -= left < 4 ? LoadFew(norms + i, left) : Vector128.Load(norms + i);
            wanted &= Vector128.GreaterThanOrEqual(reach, bounds).ExtractMostSignificantBits();
            if (wanted != 0) bounds = Vector128.Create(Offer(first + i, wanted, firstRow));
        }
    }

    private float Bound => MathF.Max(_minimumScore, _results.Threshold);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<float> FourTogether<TElement>(byte* row, nint stride)
        where TElement : IScalarElement
    {
        byte* row1 = row + stride, row2 = row1 + stride, row3 = row2 + stride;
        if (Sse.IsSupported)
            for (nint offset = Ahead; offset < Ahead + (4 * stride); offset += 64) Sse.Prefetch0(row + offset);
        Vector512<float> sums0 = default, sums1 = default, sums2 = default, sums3 = default;
        for (nint d = 0; d < _codes.PaddedDimension; d += ScalarCodes.Lanes)
        {
            var query = Vector512.Load(_lanes + d);
            sums0 = Vector512.MultiplyAddEstimate(query, TElement.Load(row + (d * TElement.Bytes)), sums0);
            sums1 = Vector512.MultiplyAddEstimate(query, TElement.Load(row1 + (d * TElement.Bytes)), sums1);
            sums2 = Vector512.MultiplyAddEstimate(query, TElement.Load(row2 + (d * TElement.Bytes)), sums2);
            sums3 = Vector512.MultiplyAddEstimate(query, TElement.Load(row3 + (d * TElement.Bytes)), sums3);
        }

        return Vector128.Create(Vector512.Sum(sums0), Vector512.Sum(sums1), Vector512.Sum(sums2), Vector512.Sum(sums3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<float> FourOneByOne<TElement>(byte* row, nint stride, uint wanted)
        where TElement : IScalarElement
    {
        var dots = Vector128<float>.Zero;
        for (; wanted != 0; wanted &= wanted - 1)
        {
            var i = BitOperations.TrailingZeroCount(wanted);
            dots = dots.WithElement(i, Dot<TElement>(row + (i * stride)));
        }

        return dots;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Vector128<float> Few<TElement>(byte* row, nint stride, int count)
        where TElement : IScalarElement =>
        FourOneByOne<TElement>(row, stride, (1u << count) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Dot<TElement>(byte* row)
        where TElement : IScalarElement
    {
        if (Sse.IsSupported)
            for (nint offset = Ahead; offset < Ahead + (_codes.PaddedDimension * TElement.Bytes); offset += 64) Sse.Prefetch0(row + offset);
        Vector512<float> sums0 = default, sums1 = default, sums2 = default, sums3 = default;
        nint d = 0;
        for (; d <= _codes.PaddedDimension - (4 * ScalarCodes.Lanes); d += 4 * ScalarCodes.Lanes)
        {
            sums0 = Vector512.MultiplyAddEstimate(Vector512.Load(_lanes + d), TElement.Load(row + (d * TElement.Bytes)), sums0);
            sums1 = Vector512.MultiplyAddEstimate(Vector512.Load(_lanes + d + 16), TElement.Load(row + ((d + 16) * TElement.Bytes)), sums1);
            sums2 = Vector512.MultiplyAddEstimate(Vector512.Load(_lanes + d + 32), TElement.Load(row + ((d + 32) * TElement.Bytes)), sums2);
            sums3 = Vector512.MultiplyAddEstimate(Vector512.Load(_lanes + d + 48), TElement.Load(row + ((d + 48) * TElement.Bytes)), sums3);
        }

        for (; d < _codes.PaddedDimension; d += ScalarCodes.Lanes)
            sums0 = Vector512.MultiplyAddEstimate(Vector512.Load(_lanes + d), TElement.Load(row + (d * TElement.Bytes)), sums0);
        return Vector512.Sum((sums0 + sums1) + (sums2 + sums3));
    }

    private static Vector128<float> LoadFew(float* source, int count)
    {
        var values = Vector128<float>.Zero;
        for (var i = 0; i < count; i++) values = values.WithElement(i, source[i]);
        return values;
    }

    /// <summary>Scores rows by their vectors.</summary>
    /// <returns>The bound from here on.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private float Offer(int first, uint wanted, int firstRow)
    {
        for (; wanted != 0; wanted &= wanted - 1)
        {
            var row = first + BitOperations.TrailingZeroCount(wanted);
            if (!_codes.Segment.TryGetVector(row, _codes.Space, out var vector)) continue;
            fixed (float* start = vector)
            {
                RowScore visitor = new(_query, start, vector.Length);
                var score = _codes.Metric == Metric.L2
                    ? KernelLadder.Run<SquaredDistanceTerm, RowScore, float>(vector.Length, visitor)
                    : KernelLadder.Run<DotTerm, RowScore, float>(vector.Length, visitor);
                if (score >= _minimumScore) _results.Offer(firstRow + row, score);
            }

            Scored++;
        }

        return Bound;
    }
}
