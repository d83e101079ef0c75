using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Manifold.Index;
using Manifold.Index.Kernels;

namespace Manifold.Benchmarks;

/// <summary>One block of random unit vectors, searched and read in turns by one thread.</summary>
internal sealed unsafe class FlatBenchmark : IDisposable
{
    private const int QueryCount = 16;

    private readonly Metric _metric;
    private readonly int _rows;
    private readonly int _dimension;
    private readonly ulong[] _allowed;
    private readonly int _allowedCount;
    private readonly NativeBuffer _buffer;
    private readonly float[][] _queries;
    private readonly TopK _results;

    public FlatBenchmark(Metric metric, int rows, int dimension, int k, double allowedShare, int seed)
    {
        (_metric, _rows, _dimension) = (metric, rows, dimension);
        _buffer = new NativeBuffer((long)rows * dimension * sizeof(float));
        _results = new TopK(k, new RowNumberOrder());
        Random random = new(seed);
        for (int row = 0; row < rows; row++)
            FillUnit(random, new Span<float>(Start + ((long)row * dimension), dimension));
        _queries = new float[QueryCount][];
        for (int i = 0; i < QueryCount; i++)
            FillUnit(random, _queries[i] = new float[dimension]);
        _allowed = allowedShare < 1 ? new ulong[(rows + 63) / 64] : [];
        for (int row = 0; row < rows && _allowed.Length > 0; row++)
        {
            if (random.NextDouble() < allowedShare)
                _allowed[row / 64] |= 1UL << (row % 64);
        }

        _allowedCount = _allowed.Length > 0 ? _allowed.Sum(BitOperations.PopCount) : rows;
    }

    private float* Start => (float*)_buffer.Pointer;

    private long Elements => (long)_rows * _dimension;

    /// <summary>Alternates passes of reader and scan for about <paramref name="duration"/>, after one of each to warm up.</summary>
    public FlatFigures Measure(TimeSpan duration)
    {
        bool agrees = Array.TrueForAll(_queries[..2], MatchesReference);
        double checksum = StreamingReader.Sum(Start, Elements);
        List<double> reads = [], scans = [];
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < duration || scans.Count < 5)
        {
            long started = Stopwatch.GetTimestamp();
            checksum += StreamingReader.Sum(Start, Elements);
            long read = Stopwatch.GetTimestamp();
            Search(_queries[scans.Count % QueryCount]);
            long scanned = Stopwatch.GetTimestamp();
            reads.Add(Stopwatch.GetElapsedTime(started, read).TotalSeconds);
            scans.Add(Stopwatch.GetElapsedTime(read, scanned).TotalSeconds);
        }

        // The reader's sum is used, so that no compiler may leave the reading out.
        agrees &= double.IsFinite(checksum);
        double gigabytes = Elements * sizeof(float) / 1e9;
        return new FlatFigures(
            _metric,
            _rows,
            _dimension,
            _results.Capacity,
            _allowedCount,
            (int)KernelLadder.WidthFor(_dimension) * sizeof(float) * 8,
            scans.Count,
            gigabytes / Median.Of(reads),
            gigabytes * _allowedCount / _rows / Median.Of(scans),
            1 / Median.Of(scans),
            agrees);
    }

    public void Dispose() => _buffer.Dispose();

    private void Search(float[] query)
    {
        _results.Reset();
        FlatScan.Scan(_metric, query, new VectorBlock(Start, _rows, _dimension), 0, _allowed, float.NegativeInfinity, _results);
    }

    private bool MatchesReference(float[] query)
    {
        Search(query);
        return FlatReference.Matches(_metric, query, new VectorBlock(Start, _rows, _dimension), _allowed, _results.ToSortedArray(), _results.Capacity);
    }

    private static void FillUnit(Random random, Span<float> vector)
    {
        random.NextBytes(MemoryMarshal.AsBytes(vector));
        Span<int> bits = MemoryMarshal.Cast<float, int>(vector);
        for (int i = 0; i < vector.Length; i++)
            vector[i] = bits[i] * (1f / int.MaxValue);
        VectorMath.Normalize(vector, vector);
    }
}
