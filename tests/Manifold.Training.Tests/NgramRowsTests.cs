using Manifold.Encoders;

namespace Manifold.Training.Tests;

/// <summary>Which n-grams have rows of the table, and which share one.</summary>
public sealed class NgramRowsTests
{
    private static readonly ModelConfig Config = new() { Tokenizer = new() { Buckets = 100 }, Rows = 4 };

    [Fact]
    public void Choose_MoreNgramsThanRows_FrequentOnesComeFirst_RareOnesAreLeftOut()
    {
        // Bucket b is in b texts: 9 is the most frequent.
        var rows = NgramRows.Choose(Texts(9), Config, []);
        Assert.Equal((4, 4), (rows.Shared, rows.Count));
        Assert.Equal([0, 0, 0, 0, 3, 2, 1, 3, 2, 1], rows.OfBucket[..10].ToArray());
        Assert.Equal(0, rows.OfBucket[50]);
    }

    [Fact]
    public void Choose_FewerNgramsThanRows_EachHasItsOwn()
    {
        var rows = NgramRows.Choose(Texts(9), Config with { Rows = 32 }, []);
        int[] own = rows.OfBucket[1..10].ToArray();
        Assert.Equal(own.Length, own.Distinct().Count());
        Assert.DoesNotContain(0, own);
    }

    [Fact]
    public void Choose_WithWords_TheyHaveRowsBehindThoseOfCaptions()
    {
        var rows = NgramRows.Choose(Texts(9), Config, [60, 9, 61, 60]);
        Assert.Equal((4, 6), (rows.Shared, rows.Count));
        Assert.Equal((4, 1, 5), (rows.OfBucket[60], rows.OfBucket[9], rows.OfBucket[61]));
        TokenWeight[] text = [new(9, 1), new(50, 2), new(60, 3)];
        Assert.Equal([new(1, 1), new(4, 3)], rows.Of(text));
        Assert.Equal([new(1, 1)], rows.SharedOf(text));
    }

    private static TokenWeight[][] Texts(int buckets) =>
        [.. Enumerable.Range(1, buckets).Select(least => Enumerable.Range(least, buckets - least + 1).Select(bucket => new TokenWeight(bucket, 1)).ToArray())];
}
