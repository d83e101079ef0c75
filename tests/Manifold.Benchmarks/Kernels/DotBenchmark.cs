using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Manifold.Index;

namespace Manifold.Benchmarks;

/// <summary>One query against 256 rows: the scan with its threshold and collector, beside a loop over <see cref="TensorPrimitives"/>.</summary>
public unsafe class DotBenchmark
{
    private const int Rows = 256;
    private float* _rows;
    private float[] _query = [];
    private TopK _results = null!;

    /// <summary>Elements of a row.</summary>
    [Params(64, 100, 128, 384, 768, 1536)]
    public int Dimension { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        _rows = (float*)NativeMemory.AlignedAlloc((nuint)(Rows * Dimension * sizeof(float)), 64);
        for (int i = 0; i < Rows * Dimension; i++)
            _rows[i] = random.NextSingle() - 0.5f;
        _query = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
        _results = new TopK(10, new RowNumberOrder());
    }

    [GlobalCleanup]
    public void Cleanup() => NativeMemory.AlignedFree(_rows);

    /// <summary>The sum of all dot products.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public float TensorPrimitivesDot()
    {
        float sum = 0;
        for (int row = 0; row < Rows; row++)
            sum += TensorPrimitives.Dot(new ReadOnlySpan<float>(_rows + (row * Dimension), Dimension), _query);
        return sum;
    }

    /// <summary>The best ten rows.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public int Scan()
    {
        _results.Reset();
        FlatScan.Scan(Metric.InnerProduct, _query, new VectorBlock(_rows, Rows, Dimension), 0, [], float.NegativeInfinity, _results);
        return _results.Count;
    }
}
