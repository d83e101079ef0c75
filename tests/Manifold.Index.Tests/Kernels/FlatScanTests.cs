namespace Manifold.Index.Tests.Kernels;

public sealed class FlatScanTests
{
    // Whole groups of four and a rest of three.
    private const int Count = 39;

    private static readonly TheoryData<Metric> AllMetrics = KernelCases.Metrics;

    public static TheoryData<Metric> Metrics => AllMetrics;

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Scan_EveryDimension_ScoresAreTheReferencesWithinRounding(Metric metric)
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in KernelCases.Dimensions)
        {
            using RandomBlock rows = new(random, Count, dimension);
            float[] query = random.NextVector(dimension);

            ScoredRow[] results = Search(metric, query, rows.Block, Count);

            Assert.Equal(Enumerable.Range(0, Count), results.Select(result => result.Row).Order());
            Assert.All(results, result =>
            {
                ReadOnlySpan<float> row = rows.Row(result.Row);
                double expected = KernelReference.Score(metric, query, row);
                double tolerance = KernelReference.Tolerance(metric, query, row);
                Assert.True(
                    Math.Abs(result.Score - expected) <= tolerance,
                    $"Dimension {dimension}, row {result.Row}: {result.Score:R} is not {expected:R} ± {tolerance:R}.");
            });
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Scan_SameRowAtEveryPlaceAndMask_SameScoreToTheLastBit(Metric metric)
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in KernelCases.Dimensions)
        {
            using RandomBlock rows = new(random, 75, dimension);
            float[] query = random.NextVector(dimension);
            float[] original = random.NextVector(dimension);
            for (int row = 0; row < 75; row++)
                original.CopyTo(rows.Row(row));
            float expected = metric == Metric.L2 ? 0f - VectorMath.SquaredL2(query, original) : VectorMath.Dot(query, original);
            ulong[][] masks = [[], [ulong.MaxValue, ulong.MaxValue], [0x8421_0F00_7000_0013, 0x401], [1UL << 63, 1UL << 10]];

            foreach (ulong[] mask in masks)
            {
                ScoredRow[] results = Search(metric, query, rows.Block, 75, mask);

                Assert.NotEmpty(results);
                Assert.All(results, result => Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(result.Score)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Scan_FewerResultsThanRows_KeepsTheBest(Metric metric)
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in (int[])[3, 16, 33, 64, 100])
        {
            using RandomBlock rows = new(random, 1000, dimension);
            float[] query = random.NextVector(dimension);
            ScoredRow[] all = Search(metric, query, rows.Block, 1000);

            foreach (int k in (int[])[1, 2, 10, 999, 5000])
                Assert.Equal(all.Take(k), Search(metric, query, rows.Block, k));
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Scan_BlockInParts_SameResultsAsInOne(Metric metric)
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in (int[])[2, 17, 48, 65, 128])
        {
            using RandomBlock rows = new(random, 203, dimension);
            float[] query = random.NextVector(dimension);
            TopK parts = new(10, new ShuffledIds(new Random(1), 203));
            foreach ((int start, int length) in ((int, int)[])[(97, 106), (0, 1), (1, 96)])
                FlatScan.Scan(metric, query, Slice(rows.Block, start, length), start, [], float.NegativeInfinity, parts);

            Assert.Equal(Search(metric, query, rows.Block, 10), parts.ToSortedArray());
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Scan_MinimumScore_IsInclusive(Metric metric)
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in (int[])[1, 24, 64, 77])
        {
            using RandomBlock rows = new(random, 101, dimension);
            float[] query = random.NextVector(dimension);
            ScoredRow[] all = Search(metric, query, rows.Block, 101);
            float bound = all[40].Score;

            Assert.Equal(all.TakeWhile(row => row.Score >= bound), Search(metric, query, rows.Block, 101, [], bound));
            Assert.Equal(all.Take(7), Search(metric, query, rows.Block, 7, [], bound));
            Assert.Empty(Search(metric, query, rows.Block, 101, [], float.PositiveInfinity));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(70)]
    public void Scan_EqualRows_SmallerIdsWinUnderEveryMask(int dimension)
    {
        Random random = KernelCases.NewRandom();
        using RandomBlock rows = new(random, 191, dimension);
        float[] query = random.NextVector(dimension);
        for (int row = 0; row < 191; row++)
            query.CopyTo(rows.Row(row));
        ulong[][] masks = [[], [~1UL, ~2UL, ~4UL], [0x0101_0101_0101_0101, 0x1111_0000_0000_1111, 0x3FF], [1 << 5, 1 << 9, 7]];
        for (int round = 0; round < 20; round++)
        {
            foreach (ulong[] mask in masks)
            {
                ShuffledIds ids = new(random, 191);
                IEnumerable<int> allowed = Enumerable.Range(0, 191).Where(row => mask is [] || (mask[row / 64] >> (row % 64) & 1) != 0);
                TopK results = new(3, ids);

                FlatScan.Scan(Metric.L2, query, rows.Block, 0, mask, 0f, results);

                ScoredRow[] sorted = results.ToSortedArray();
                Assert.Equal(allowed.OrderBy(ids.IdOf).Take(3), sorted.Select(result => result.Row));
                Assert.All(sorted, result => Assert.Equal(0, BitConverter.SingleToInt32Bits(result.Score)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Scan_RowsThatAreNotFinite_NaNScoresNeverEnter(Metric metric)
    {
        Random random = KernelCases.NewRandom();
        foreach (int dimension in (int[])[1, 7, 19, 40, 64, 67, 130])
        {
            using RandomBlock rows = new(random, 50, dimension);
            float[] query = Array.ConvertAll(random.NextVector(dimension), Math.Abs);
            rows.Row(3)[random.Next(dimension)] = float.NaN;
            rows.Row(49)[dimension - 1] = float.NaN;
            rows.Row(20)[random.Next(dimension)] = float.PositiveInfinity;
            rows.Row(31)[dimension - 1] = float.NegativeInfinity;

            ScoredRow[] results = Search(metric, query, rows.Block, 50);

            Assert.Equal(Enumerable.Range(0, 50).Except([3, 49]), results.Select(result => result.Row).Order());
            Assert.Equal(metric == Metric.L2 ? float.NegativeInfinity : float.PositiveInfinity, results.Single(result => result.Row == 20).Score);
            Assert.Equal(float.NegativeInfinity, results.Single(result => result.Row == 31).Score);
        }
    }

    [Fact]
    public void Scan_QueryWithNaN_FindsNothing()
    {
        using RandomBlock rows = new(KernelCases.NewRandom(), 20, 4);
        Assert.Empty(Search(Metric.InnerProduct, [1, float.NaN, 0, 0], rows.Block, 5));
    }

    [Fact]
    public void Scan_EmptyBlock_FindsNothing()
    {
        using RandomBlock rows = new(KernelCases.NewRandom(), 0, 4);
        Assert.Empty(Search(Metric.InnerProduct, [1, 0, 0, 0], rows.Block, 5));
    }

    [Fact]
    public void Scan_WrongArguments_AreRefused()
    {
        using RandomBlock rows = new(KernelCases.NewRandom(), 65, 4);
        TopK results = new(1, new ShuffledIds(new Random(1), 65));
        float[] query = new float[4];

        Assert.Throws<ArgumentException>("query", () => Scan(Metric.L2, new float[5], [], 0, 0));
        Assert.Throws<ArgumentException>("query", () => Scan(Metric.L2, [], [], 0, 0));
        Assert.Throws<ArgumentException>("allowed", () => Scan(Metric.L2, query, new ulong[1], 0, 0));
        Assert.Throws<ArgumentException>("minimumScore", () => Scan(Metric.L2, query, [], 0, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("firstRow", () => Scan(Metric.L2, query, [], int.MaxValue, 0));
        Assert.Throws<ArgumentOutOfRangeException>("metric", () => Scan((Metric)7, query, [], 0, 0));

        void Scan(Metric metric, float[] query, ulong[] allowed, int firstRow, float minimum) =>
            FlatScan.Scan(metric, query, rows.Block, firstRow, allowed, minimum, results);
    }

    [Fact]
    public void Scan_Repeated_AllocatesNothing()
    {
        Random random = KernelCases.NewRandom();
        using RandomBlock rows = new(random, 500, 96);
        float[] query = random.NextVector(96);
        ulong[] mask = [.. Enumerable.Repeat(0xF0F0_1234_5678_0001UL, 8)];
        TopK results = new(10, new ShuffledIds(random, 500));
        ScoredRow[] drained = new ScoredRow[10];
        Round();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Round()
        {
            FlatScan.Scan(Metric.InnerProduct, query, rows.Block, 0, [], float.NegativeInfinity, results);
            FlatScan.Scan(Metric.L2, query, rows.Block, 0, mask, float.NegativeInfinity, results);
            _ = results.Drain(drained);
        }
    }

    internal static ScoredRow[] Search(
        Metric metric, float[] query, in VectorBlock block, int k, ulong[]? allowed = null, float minimum = float.NegativeInfinity)
    {
        TopK results = new(k, new ShuffledIds(new Random(1), block.Count));
        FlatScan.Scan(metric, query, block, 0, allowed, minimum, results);
        return results.ToSortedArray();
    }

    private static unsafe VectorBlock Slice(in VectorBlock block, int start, int count) =>
        new(block.Rows + (start * block.Dimension), count, block.Dimension);
}
