namespace Manifold.Index.Tests.Kernels;

public sealed class FlatScanMaskTests
{
    /// <summary>Around the bitmap's words of 64 and the groups of four.</summary>
    public static TheoryData<int> Counts => [1, 3, 4, 63, 64, 65, 127, 128, 190, 1001];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Scan_RandomMasks_FindsExactlyTheAllowedRows(int count)
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in (int[])[1, 12, 40, 64, 100])
        {
            using RandomBlock rows = new(random, count, dimension);
            float[] query = random.NextVector(dimension);
            ScoredRow[] all = FlatScanTests.Search(Metric.InnerProduct, query, rows.Block, count);
            foreach (double share in (double[])[0, 0.01, 0.1, 0.5, 0.9, 0.99, 1])
            {
                ulong[] mask = RandomMask(random, count, share);
                foreach (int k in (int[])[1, 10, count])
                {
                    Assert.Equal(
                        all.Where(result => IsSet(mask, result.Row)).Take(k),
                        FlatScanTests.Search(Metric.InnerProduct, query, rows.Block, k, mask));
                }
            }
        }
    }

    [Fact]
    public void Scan_BitsBeyondTheLastRow_AreIgnored()
    {
        Random random = KernelCases.NewRandom();
        using RandomBlock rows = new(random, 70, 8);
        float[] query = random.NextVector(8);

        ScoredRow[] results = FlatScanTests.Search(Metric.L2, query, rows.Block, 200, [ulong.MaxValue, ulong.MaxValue, ulong.MaxValue]);

        Assert.Equal(Enumerable.Range(0, 70), results.Select(result => result.Row).Order());
    }

    private static ulong[] RandomMask(Random random, int count, double share)
    {
        ulong[] mask = new ulong[(count + 63) / 64];
        for (int row = 0; row < count; row++)
        {
            if (random.NextDouble() < share)
                mask[row / 64] |= 1UL << (row % 64);
        }

        return mask;
    }

    private static bool IsSet(ulong[] mask, int row) => (mask[row / 64] >> (row % 64) & 1) != 0;
}
