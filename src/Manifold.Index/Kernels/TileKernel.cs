using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Manifold.Index.Kernels;

/// <summary>
/// Dot products of many vectors with many rows at once: a tile of <see cref="Rows"/> rows against one panel or four panels of <see cref="QueryPanels"/>, with all sums in registers, so
/// that each element that is loaded takes part in several multiply-adds and the processor, not the memory, is the limit.
/// </summary>
/// <remarks>
/// With 512-bit registers 6 rows × 4 panels are 24 accumulators, and 4 + 6 loads feed 24 multiply-adds; with 256-bit registers 6 rows × 1 panel are 12 accumulators, and 2 + 6 loads
/// feed 12. Sums run over the elements in ascending order, one multiply-add each, so that a sum is the same in every tile and width.
/// The tile is written as [rows × panels × 16] float32.
/// </remarks>
internal static unsafe class TileKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>The most panels of a tile.</summary>
    public const int MaxPanels = 4;

    /// <summary>Floats of the greatest tile.</summary>
    public const int TileFloats = Rows * MaxPanels * QueryPanels.Width;

    /// <summary>How many panels <see cref="Dot"/> takes at once when <paramref name="left"/> are left: 4, or 1.</summary>
    public static int PanelsAtOnce(int left) => left >= MaxPanels && Vector512.IsHardwareAccelerated ? MaxPanels : 1;

    /// <summary>The dot products of 6 rows with the vectors of neighbouring panels.</summary>
    /// <param name="panels">The vectors.</param>
    /// <param name="panel">The first panel.</param>
    /// <param name="count">Panels: what <see cref="PanelsAtOnce"/> says.</param>
    /// <param name="row">The first row.</param>
    /// <param name="stride">From one row to the next, in floats: 0 repeats the row.</param>
    /// <param name="tile">[6 × count × 16], written.</param>
    public static void Dot(QueryPanels panels, int panel, int count, float* row, nint stride, float* tile)
    {
        if (count == MaxPanels)
            Dot512(panels.Panel(panel), panels.Panel(panel + 1), panels.Panel(panel + 2), panels.Panel(panel + 3), row, stride, panels.Dimension, tile);
        else if (Vector512.IsHardwareAccelerated)
            Dot512(panels.Panel(panel), row, stride, panels.Dimension, tile);
        else
            Dot256(panels.Panel(panel), row, stride, panels.Dimension, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot512(float* panel0, float* panel1, float* panel2, float* panel3, float* row, nint stride, int dimension, float* tile)
    {
        Vector512<float> sums0a = default, sums0b = default, sums0c = default, sums0d = default;
        Vector512<float> sums1a = default, sums1b = default, sums1c = default, sums1d = default;
        Vector512<float> sums2a = default, sums2b = default, sums2c = default, sums2d = default;
        Vector512<float> sums3a = default, sums3b = default, sums3c = default, sums3d = default;
        Vector512<float> sums4a = default, sums4b = default, sums4c = default, sums4d = default;
        Vector512<float> sums5a = default, sums5b = default, sums5c = default, sums5d = default;
        float* row1 = row + stride, row2 = row1 + stride, row3 = row2 + stride, row4 = row3 + stride, row5 = row4 + stride;
        for (nint d = 0; d < dimension; d++)
        {
            Vector512<float> p0 = Vector512.Load(panel0 + (d * 16)), p1 = Vector512.Load(panel1 + (d * 16)), p2 = Vector512.Load(panel2 + (d * 16)), p3 = Vector512.Load(panel3 + (d * 16));
            Vector512<float> element0 = Vector512.Create(row[d]);
            sums0a = Vector512.MultiplyAddEstimate(p0, element0, sums0a);
            sums0b = Vector512.MultiplyAddEstimate(p1, element0, sums0b);
            sums0c = Vector512.MultiplyAddEstimate(p2, element0, sums0c);
            sums0d = Vector512.MultiplyAddEstimate(p3, element0, sums0d);
            Vector512<float> element1 = Vector512.Create(row1[d]);
            sums1a = Vector512.MultiplyAddEstimate(p0, element1, sums1a);
            sums1b = Vector512.MultiplyAddEstimate(p1, element1, sums1b);
            sums1c = Vector512.MultiplyAddEstimate(p2, element1, sums1c);
            sums1d = Vector512.MultiplyAddEstimate(p3, element1, sums1d);
            Vector512<float> element2 = Vector512.Create(row2[d]);
            sums2a = Vector512.MultiplyAddEstimate(p0, element2, sums2a);
            sums2b = Vector512.MultiplyAddEstimate(p1, element2, sums2b);
            sums2c = Vector512.MultiplyAddEstimate(p2, element2, sums2c);
            sums2d = Vector512.MultiplyAddEstimate(p3, element2, sums2d);
            Vector512<float> element3 = Vector512.Create(row3[d]);
            sums3a = Vector512.MultiplyAddEstimate(p0, element3, sums3a);
            sums3b = Vector512.MultiplyAddEstimate(p1, element3, sums3b);
            sums3c = Vector512.MultiplyAddEstimate(p2, element3, sums3c);
            sums3d = Vector512.MultiplyAddEstimate(p3, element3, sums3d);
            Vector512<float> element4 = Vector512.Create(row4[d]);
            sums4a = Vector512.MultiplyAddEstimate(p0, element4, sums4a);
            sums4b = Vector512.MultiplyAddEstimate(p1, element4, sums4b);
            sums4c = Vector512.MultiplyAddEstimate(p2, element4, sums4c);
            sums4d = Vector512.MultiplyAddEstimate(p3, element4, sums4d);
            Vector512<float> element5 = Vector512.Create(row5[d]);
            sums5a = Vector512.MultiplyAddEstimate(p0, element5, sums5a);
            sums5b = Vector512.MultiplyAddEstimate(p1, element5, sums5b);
            sums5c = Vector512.MultiplyAddEstimate(p2, element5, sums5c);
            sums5d = Vector512.MultiplyAddEstimate(p3, element5, sums5d);
        }

        sums0a.Store(tile);
        sums0b.Store(tile + 16);
        sums0c.Store(tile + 32);
        sums0d.Store(tile + 48);
        sums1a.Store(tile + 64);
        sums1b.Store(tile + 80);
        sums1c.Store(tile + 96);
        sums1d.Store(tile + 112);
        sums2a.Store(tile + 128);
        sums2b.Store(tile + 144);
        sums2c.Store(tile + 160);
        sums2d.Store(tile + 176);
        sums3a.Store(tile + 192);
        sums3b.Store(tile + 208);
        sums3c.Store(tile + 224);
        sums3d.Store(tile + 240);
        sums4a.Store(tile + 256);
        sums4b.Store(tile + 272);
        sums4c.Store(tile + 288);
        sums4d.Store(tile + 304);
        sums5a.Store(tile + 320);
        sums5b.Store(tile + 336);
        sums5c.Store(tile + 352);
        sums5d.Store(tile + 368);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot512(float* panel0, float* row, nint stride, int dimension, float* tile)
    {
        Vector512<float> sums0a = default;
        Vector512<float> sums1a = default;
        Vector512<float> sums2a = default;
        Vector512<float> sums3a = default;
        Vector512<float> sums4a = default;
        Vector512<float> sums5a = default;
        float* row1 = row + stride, row2 = row1 + stride, row3 = row2 + stride, row4 = row3 + stride, row5 = row4 + stride;
        for (nint d = 0; d < dimension; d++)
        {
            Vector512<float> p0 = Vector512.Load(panel0 + (d * 16));
            Vector512<float> element0 = Vector512.Create(row[d]);
            sums0a = Vector512.MultiplyAddEstimate(p0, element0, sums0a);
            Vector512<float> element1 = Vector512.Create(row1[d]);
            sums1a = Vector512.MultiplyAddEstimate(p0, element1, sums1a);
            Vector512<float> element2 = Vector512.Create(row2[d]);
            sums2a = Vector512.MultiplyAddEstimate(p0, element2, sums2a);
            Vector512<float> element3 = Vector512.Create(row3[d]);
            sums3a = Vector512.MultiplyAddEstimate(p0, element3, sums3a);
            Vector512<float> element4 = Vector512.Create(row4[d]);
            sums4a = Vector512.MultiplyAddEstimate(p0, element4, sums4a);
            Vector512<float> element5 = Vector512.Create(row5[d]);
            sums5a = Vector512.MultiplyAddEstimate(p0, element5, sums5a);
        }

        sums0a.Store(tile);
        sums1a.Store(tile + 16);
        sums2a.Store(tile + 32);
        sums3a.Store(tile + 48);
        sums4a.Store(tile + 64);
        sums5a.Store(tile + 80);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot256(float* panel0, float* row, nint stride, int dimension, float* tile)
    {
        Vector256<float> sums0a = default, sums0b = default;
        Vector256<float> sums1a = default, sums1b = default;
        Vector256<float> sums2a = default, sums2b = default;
        Vector256<float> sums3a = default, sums3b = default;
        Vector256<float> sums4a = default, sums4b = default;
        Vector256<float> sums5a = default, sums5b = default;
        float* row1 = row + stride, row2 = row1 + stride, row3 = row2 + stride, row4 = row3 + stride, row5 = row4 + stride;
        for (nint d = 0; d < dimension; d++)
        {
            Vector256<float> p0 = Vector256.Load(panel0 + (d * 16)), p1 = Vector256.Load(panel0 + (d * 16) + 8);
            Vector256<float> element0 = Vector256.Create(row[d]);
            sums0a = Vector256.MultiplyAddEstimate(p0, element0, sums0a);
            sums0b = Vector256.MultiplyAddEstimate(p1, element0, sums0b);
            Vector256<float> element1 = Vector256.Create(row1[d]);
            sums1a = Vector256.MultiplyAddEstimate(p0, element1, sums1a);
            sums1b = Vector256.MultiplyAddEstimate(p1, element1, sums1b);
            Vector256<float> element2 = Vector256.Create(row2[d]);
            sums2a = Vector256.MultiplyAddEstimate(p0, element2, sums2a);
            sums2b = Vector256.MultiplyAddEstimate(p1, element2, sums2b);
            Vector256<float> element3 = Vector256.Create(row3[d]);
            sums3a = Vector256.MultiplyAddEstimate(p0, element3, sums3a);
            sums3b = Vector256.MultiplyAddEstimate(p1, element3, sums3b);
            Vector256<float> element4 = Vector256.Create(row4[d]);
            sums4a = Vector256.MultiplyAddEstimate(p0, element4, sums4a);
            sums4b = Vector256.MultiplyAddEstimate(p1, element4, sums4b);
            Vector256<float> element5 = Vector256.Create(row5[d]);
            sums5a = Vector256.MultiplyAddEstimate(p0, element5, sums5a);
            sums5b = Vector256.MultiplyAddEstimate(p1, element5, sums5b);
        }

        sums0a.Store(tile);
        sums0b.Store(tile + 8);
        sums1a.Store(tile + 16);
        sums1b.Store(tile + 24);
        sums2a.Store(tile + 32);
        sums2b.Store(tile + 40);
        sums3a.Store(tile + 48);
        sums3b.Store(tile + 56);
        sums4a.Store(tile + 64);
        sums4b.Store(tile + 72);
        sums5a.Store(tile + 80);
        sums5b.Store(tile + 88);
    }
}
