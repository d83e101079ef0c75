using Manifold.Index.Kernels;

namespace Manifold.Index.Tests.Kernels;

public sealed unsafe class TileKernelTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(7, 16)]
    [InlineData(16, 17)]
    [InlineData(100, 64)]
    [InlineData(300, 100)]
    public void Dot_OfEveryPanelAndRow_IsTheDotProduct(int dimension, int vectors)
    {
        Random random = Seeds.Create();
        using RandomBlock queries = new(random, vectors, dimension), rows = new(random, TileKernel.Rows, dimension);
        using QueryPanels panels = new(vectors, dimension);
        panels.Pack(queries.Block.Rows, vectors);
        float* tile = stackalloc float[TileKernel.TileFloats];

        for (int panel = 0; panel < panels.Panels;)
        {
            int count = TileKernel.PanelsAtOnce(panels.Panels - panel);
            TileKernel.Dot(panels, panel, count, rows.Block.Rows, dimension, tile);
            for (int row = 0; row < TileKernel.Rows; row++)
            {
                for (int lane = 0; lane < count * QueryPanels.Width; lane++)
                {
                    int query = (panel * QueryPanels.Width) + lane;
                    float actual = tile[(row * count * QueryPanels.Width) + lane];
                    if (query >= vectors)
                        Assert.Equal(0, actual);
                    else
                        Assert.InRange(
                            actual - KernelReference.Score(Metric.InnerProduct, queries.Row(query), rows.Row(row)),
                            -KernelReference.Tolerance(Metric.InnerProduct, queries.Row(query), rows.Row(row)),
                            KernelReference.Tolerance(Metric.InnerProduct, queries.Row(query), rows.Row(row)));
                }
            }

            panel += count;
        }
    }

    [Fact]
    public void Dot_OfStrideZero_RepeatsTheRow()
    {
        using RandomBlock queries = new(Seeds.Create(), 16, 20), rows = new(Seeds.Create(), 1, 20);
        using QueryPanels panels = new(16, 20);
        panels.Pack(queries.Block.Rows, 16);
        float* tile = stackalloc float[TileKernel.TileFloats];

        TileKernel.Dot(panels, 0, 1, rows.Block.Rows, 0, tile);

        for (int i = 0; i < QueryPanels.Width; i++)
            Assert.Equal(tile[i], tile[(5 * QueryPanels.Width) + i]);
    }
}
