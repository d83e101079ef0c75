using BenchmarkDotNet.Attributes;
using Manifold.Index;
using Manifold.Index.Kernels;

namespace Manifold.Benchmarks;

/// <summary>A register tile: 6 rows against 16 or 64 queries. One operation is one dot product.</summary>
public unsafe class TileBenchmark : IDisposable
{
    private QueryPanels? _panels;
    private NativeBuffer? _rows;
    private NativeBuffer? _tile;

    /// <summary>Elements of a vector.</summary>
    [Params(64, 128, 768)]
    public int Dimension { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        _rows = new NativeBuffer(64L * Dimension * sizeof(float));
        for (int i = 0; i < 64 * Dimension; i++)
            ((float*)_rows.Pointer)[i] = random.NextSingle() - 0.5f;
        _panels = new QueryPanels(64, Dimension);
        _panels.Pack((float*)_rows.Pointer, 64);
        _tile = new NativeBuffer(TileKernel.TileFloats * sizeof(float));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _panels?.Dispose();
        _rows?.Dispose();
        _tile?.Dispose();
    }

    /// <summary>One panel.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = TileKernel.Rows * QueryPanels.Width)]
    public float SixteenQueries()
    {
        TileKernel.Dot(_panels!, 0, 1, (float*)_rows!.Pointer, Dimension, (float*)_tile!.Pointer);
        return *(float*)_tile!.Pointer;
    }

    /// <summary>Four panels, at once where registers have 512 bits.</summary>
    [Benchmark(OperationsPerInvoke = TileKernel.Rows * QueryPanels.Width * TileKernel.MaxPanels)]
    public float SixtyFourQueries()
    {
        int step = TileKernel.PanelsAtOnce(TileKernel.MaxPanels);
        for (int panel = 0; panel < TileKernel.MaxPanels; panel += step)
            TileKernel.Dot(_panels!, panel, step, (float*)_rows!.Pointer, Dimension, (float*)_tile!.Pointer);
        return *(float*)_tile!.Pointer;
    }
}
