namespace Manifold.Index.Tests.Kernels;

public sealed class TopKTests
{
    [Fact]
    public void Offer_RandomScoresWithTies_KeepsTheFirstOfTheFullOrderWhateverTheOrderOfOffering()
    {
        Random random = KernelCases.NewRandom();
        for (int round = 0; round < 300; round++)
        {
            int count = random.Next(1, 200);
            int k = random.Next(1, 100);
            ShuffledIds ids = new(random, count);
            ScoredRow[] rows = [.. Enumerable.Range(0, count).Select(row => new ScoredRow(row, random.Next(-4, 4)))];
            ScoredRow[] expected = [.. rows.OrderByDescending(row => row.Score).ThenBy(row => ids.IdOf(row.Row)).Take(k)];
            random.Shuffle(rows);
            TopK results = new(k, ids);

            foreach (ScoredRow row in rows)
                results.Offer(row.Row, row.Score);

            Assert.Equal(expected.Length, results.Count);
            Assert.Equal(expected, results.ToSortedArray());
            ScoredRow[] drained = new ScoredRow[k];
            Assert.Equal(expected.Length, results.Drain(drained));
            Assert.Equal(expected, drained.Take(expected.Length));
            Assert.Equal(0, results.Count);
        }
    }

    [Fact]
    public void Threshold_UntilFullAndAfter_IsTheWorstKeptScore()
    {
        TopK results = new(2, new ShuffledIds(new Random(1), 10));
        Assert.Equal(float.NegativeInfinity, results.Threshold);
        results.Offer(0, 5);
        Assert.Equal(float.NegativeInfinity, results.Threshold);
        results.Offer(1, 3);
        Assert.Equal(3, results.Threshold);
        results.Offer(2, 4);
        Assert.Equal(4, results.Threshold);
    }

    [Fact]
    public void Offer_NaN_NeverEnters()
    {
        TopK results = new(2, new ShuffledIds(new Random(1), 10));
        results.Offer(0, float.NaN);
        results.Offer(1, 1);
        results.Offer(2, float.NegativeInfinity);
        results.Offer(3, float.NaN);
        results.Offer(4, float.PositiveInfinity);
        Assert.Equal([new ScoredRow(4, float.PositiveInfinity), new ScoredRow(1, 1)], results.ToSortedArray());
    }

    [Fact]
    public void Offer_ZeroAndMinusZero_AreEqualAndTheIdDecides()
    {
        ShuffledIds ids = new(KernelCases.NewRandom(), 20);
        TopK results = new(5, ids);
        for (int row = 0; row < 20; row++)
            results.Offer(row, row % 2 == 0 ? 0f : -0f);
        Assert.Equal([0, 1, 2, 3, 4], results.ToSortedArray().Select(result => ids.IdOf(result.Row)));
    }

    [Fact]
    public void Offer_EqualIds_SmallerRowWins()
    {
        TopK results = new(2, new OneId());
        foreach (int row in (int[])[7, 3, 9, 5])
            results.Offer(row, 1);
        Assert.Equal([3, 5], results.ToSortedArray().Select(result => result.Row));
    }

    [Fact]
    public void Offer_DistinctScores_NeverAsksForIds()
    {
        Random random = KernelCases.NewRandom();
        ShuffledIds ids = new(random, 500);
        int[] scores = [.. Enumerable.Range(0, 500)];
        random.Shuffle(scores);
        TopK results = new(20, ids);
        for (int row = 0; row < 500; row++)
            results.Offer(row, scores[row]);

        Assert.Equal(Enumerable.Range(480, 20).Reverse(), results.ToSortedArray().Select(result => (int)result.Score));
        Assert.Equal(0, ids.Calls);
    }

    [Fact]
    public void Reset_OtherCapacityAndOrder_StartsAnew()
    {
        ShuffledIds first = new(new Random(1), 10), second = new(new Random(2), 10);
        TopK results = new(1, first);
        results.Offer(0, 9);
        foreach (int capacity in (int[])[3, 2])
        {
            results.Reset(capacity, second);
            Assert.Equal((0, capacity, float.NegativeInfinity), (results.Count, results.Capacity, results.Threshold));
            for (int row = 0; row < 10; row++)
                results.Offer(row, 1);
            Assert.Equal(Enumerable.Range(0, capacity), results.ToSortedArray().Select(result => second.IdOf(result.Row)));
        }
    }

    [Fact]
    public void Drain_DestinationTooShort_IsRefusedAndNothingIsLost()
    {
        TopK results = new(3, new ShuffledIds(new Random(1), 3));
        results.Offer(0, 1);
        results.Offer(1, 2);
        Assert.Throws<ArgumentException>("destination", () => results.Drain(new ScoredRow[1]));
        Assert.Equal([1, 0], results.ToSortedArray().Select(result => result.Row));
    }

    [Fact]
    public void Constructor_CapacityBelowOne_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>("capacity", () => new TopK(0, new OneId()));

    private sealed class OneId : IRowOrder
    {
        public int CompareIds(int rowA, int rowB) => 0;
    }
}
