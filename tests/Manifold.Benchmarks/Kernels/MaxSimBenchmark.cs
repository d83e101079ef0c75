using BenchmarkDotNet.Attributes;
using Manifold.Index;
using Manifold.Index.Kernels;

namespace Manifold.Benchmarks;

/// <summary>MaxSim of queries of some vectors and an item of 24. One operation is one item.</summary>
public unsafe class MaxSimBenchmark : IDisposable
{
    private const int Vectors = 24;

    private MaxSim? _maxSim;
    private NativeBuffer? _rows;

    /// <summary>Elements of a vector.</summary>
    [Params(64, 128, 512)]
    public int Dimension { get; set; }

    /// <summary>Vectors of the query.</summary>
    [Params(1, MaxSim.LeastTogether - 1, MaxSim.LeastTogether, 16, 32)]
    public int Queries { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        _rows = new NativeBuffer(64L * Dimension * sizeof(float));
        for (int i = 0; i < 64 * Dimension; i++)
            ((float*)_rows.Pointer)[i] = random.NextSingle() - 0.5f;
        _maxSim = new MaxSim(Metric.InnerProduct, Dimension, new ReadOnlySpan<float>(_rows.Pointer, Queries * Dimension));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _maxSim?.Dispose();
        _rows?.Dispose();
    }

    /// <summary>The score of one item.</summary>
    [Benchmark]
    public float Score() => _maxSim!.Score(new VectorBlock((float*)_rows!.Pointer, Vectors, Dimension));
}
