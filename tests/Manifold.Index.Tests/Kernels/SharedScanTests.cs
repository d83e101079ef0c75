using Manifold.Index.Kernels;

namespace Manifold.Index.Tests.Kernels;

public sealed class SharedScanTests
{
    [Theory]
    [InlineData(Metric.InnerProduct, 1, 1, 5)]
    [InlineData(Metric.InnerProduct, 4, 17, 33)]
    [InlineData(Metric.InnerProduct, 6, 16, 8)]
    [InlineData(Metric.L2, 7, 64, 24)]
    [InlineData(Metric.L2, 500, 70, 100)]
    [InlineData(Metric.Cosine, 500, 3, 64)]
    public void Scan_OfManyQueries_GivesEachWhatAScanOfItsOwnGives(Metric metric, int rows, int queries, int dimension)
    {
        Random random = Seeds.Create();
        using RandomBlock block = new(random, rows, dimension), asked = new(random, queries, dimension);
        for (int i = 0; metric == Metric.Cosine && i < rows; i++)
            VectorMath.Normalize(block.Row(i), block.Row(i));
        for (int i = 0; metric == Metric.Cosine && i < queries; i++)
            VectorMath.Normalize(asked.Row(i), asked.Row(i));
        ulong[] allowed = [.. Enumerable.Range(0, (rows + 63) / 64).Select(_ => (ulong)random.NextInt64() | 1)];
        using SharedScan scan = new(metric, dimension, queries);

        foreach (ulong[] mask in (ulong[][])[[], allowed])
        {
            foreach (float minimum in (float[])[float.NegativeInfinity, metric == Metric.L2 ? -dimension / 4f : 0])
            {
                TopK[] results = [.. Enumerable.Range(0, queries).Select(_ => new TopK(10, RowNumbers.Instance))];
                scan.Begin(queries);
                for (int i = 0; i < queries; i++)
                    scan.Add(i, asked.Row(i), minimum, results[i]);
                scan.Scan(block.Block, 1000, mask);

                for (int i = 0; i < queries; i++)
                {
                    TopK expected = new(10, RowNumbers.Instance);
                    FlatScan.Scan(metric, asked.Row(i), block.Block, 1000, mask, minimum, expected);
                    Assert.Equal(expected.ToSortedArray(), results[i].ToSortedArray());
                }
            }
        }
    }

    [Fact]
    public void Scan_WhereSumsOverflow_GivesWhatAScanOfItsOwnGives()
    {
        Random random = Seeds.Create();
        using RandomBlock block = new(random, 40, 24), asked = new(random, 3, 24);
        foreach (int row in (int[])[3, 17, 39])
            for (int i = 0; i < 24; i++)
                block.Row(row)[i] *= 2e38f;
        using SharedScan scan = new(Metric.InnerProduct, 24, 3);
        TopK[] results = [.. Enumerable.Range(0, 3).Select(_ => new TopK(10, RowNumbers.Instance))];
        scan.Begin(3);
        for (int i = 0; i < 3; i++)
            scan.Add(i, asked.Row(i), float.NegativeInfinity, results[i]);
        scan.Scan(block.Block, 0, []);
        for (int i = 0; i < 3; i++)
        {
            TopK expected = new(10, RowNumbers.Instance);
            FlatScan.Scan(Metric.InnerProduct, asked.Row(i), block.Block, 0, [], float.NegativeInfinity, expected);
            Assert.Equal(expected.ToSortedArray(), results[i].ToSortedArray());
        }
    }
}
