using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Manifold.Index;
using Manifold.Index.Partitions;

namespace Manifold.Benchmarks;

/// <summary>The looks at codes: signs of 32 rows by table look-ups in registers, and the lower bits of one. One operation is one row.</summary>
public unsafe class CodeBenchmark : IDisposable
{
    private const int Blocks = 64;
    private CodeQuery? _query;
    private NativeBuffer? _codes;
    private float* _sums;

    /// <summary>Elements of a vector.</summary>
    [Params(64, 100, 128, 768)]
    public int Dimension { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        CodeLayout layout = new(Dimension, 4);
        _query = new CodeQuery(layout, new Rotation(Dimension, 1));
        float[] vector = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
        fixed (float* start = vector)
            _query.Prepare(start);
        _codes = new NativeBuffer((long)Blocks * layout.BlockBytes);
        random.NextBytes(new Span<byte>(_codes.Pointer, (int)_codes.Length));
        _sums = (float*)NativeMemory.AlignedAlloc(CodeLayout.BlockRows * sizeof(float), 64);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _query?.Dispose();
        _codes?.Dispose();
        NativeMemory.AlignedFree(_sums);
    }

    /// <summary>Signs of 64 blocks.</summary>
    [Benchmark(OperationsPerInvoke = Blocks * CodeLayout.BlockRows)]
    public uint Signs()
    {
        uint found = 0;
        for (int block = 0; block < Blocks; block++)
            found ^= SignScan.Scan(_query!, (byte*)_codes!.Pointer + ((long)block * _query!.Layout.BlockBytes), 0, 0, _sums);
        return found;
    }

    /// <summary>Lower bits of as many rows as lie in the same memory.</summary>
    [Benchmark(OperationsPerInvoke = Blocks)]
    public int LowerBits()
    {
        int sum = 0;
        for (int row = 0; row < Blocks; row++)
            sum += LowCodes.Dot(_query!.Bytes, (byte*)_codes!.Pointer + (row * _query.Layout.LowBytes), _query.Layout.LowBits, _query.Layout.Units);
        return sum;
    }
}
