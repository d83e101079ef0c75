using System.Globalization;

namespace Manifold.Encoders.Tests;

public sealed class HashedNgramTokenizerTests
{
    private static readonly HashedNgramOptions Options = new() { Buckets = 16384 };

    // From a second implementation of docs/bundle.md, in another language. They must never change: every stored vector depends on them.
    [Theory]
    [InlineData("Red apple", "9578:1.0000 10820:1.0000 11084:1.0000 6022:1.0000 153:1.0000 15268:1.0000 12959:1.0000 16279:1.0000 11583:1.0000 9634:1.0000 5066:1.0000 6386:1.0000 13263:1.0000 11500:1.0000 12171:1.0000 7038:1.0000 13738:1.0000")]
    [InlineData("red, RED apple!", "9578:1.4142 10820:1.4142 11084:1.4142 6022:1.4142 153:1.4142 15268:1.4142 13326:1.0000 12959:1.0000 16279:1.0000 11583:1.0000 9634:1.0000 5066:1.0000 6386:1.0000 13263:1.0000 11500:1.0000 12171:1.0000 7038:1.0000 13738:1.0000")]
    [InlineData("企鹅 and penguin", "11220:1.0000 14055:1.0000 1970:1.0000 6306:1.0000 13315:1.0000 3214:1.0000 4765:1.0000 12346:1.0000 10766:1.0000 5541:1.0000 1192:1.0000 14512:1.0000 12030:1.0000 4649:1.0000 1266:1.0000 12998:1.0000 14924:1.0000 10856:1.0000 5601:1.0000 685:1.0000 14176:1.0000 13741:1.0000 2476:1.0000 15581:1.0000")]
    [InlineData("🐧", "10595:1.0000")]
    [InlineData("❤\uFE0F love", "7618:1.0000 16339:1.0000 596:1.0000 11383:1.0000 12122:1.0000 10996:1.0000 1882:1.0000 13359:1.0000 15018:1.0000")]
    [InlineData("👨\u200D👩\u200D👧", "4053:1.0000 14882:1.0000 14995:1.0000 12358:1.0000 6621:1.0000")]
    [InlineData("E\u0301te\u0301", "2481:1.0000 15764:1.0000 15925:1.0000 7737:1.0000 10069:1.0000 2560:1.0000")]
    [InlineData("ﬁre № ５", "8897:1.0000 12071:1.0000 3765:1.0000 5804:1.0000 6296:1.0000 478:1.0000 3464:1.0000 8977:1.0000 16231:1.0000 2678:1.0000 1760:1.0000 5237:1.0000 4590:1.0000 2285:1.0000 14401:1.0000 10163:1.0000")]
    [InlineData("C++", "6125:1.0000 11866:1.0000 11436:1.4142 2322:1.0000")]
    [InlineData("한국어", "11316:1.0000 9573:1.0000 5314:1.0000 3461:1.0000 16248:1.0000")]
    [InlineData("ペンギン", "14696:1.0000 15041:1.4142 11090:1.0000 1749:1.0000 14835:1.0000 4827:1.0000")]
    [InlineData("हिन्दी", "9865:1.0000 3070:1.0000 1018:1.0000 8163:1.0000 9202:1.0000 1108:1.0000 3154:1.0000 3554:1.0000 2800:1.0000 2773:1.0000 12471:1.0000 3092:1.0000")]
    [InlineData("İstanbul", "5806:1.0000 10907:1.0000 11881:1.0000 3980:1.0000 6546:1.0000 9717:1.0000 10518:1.0000 12902:1.0000 9612:1.0000 15647:1.0000 2453:1.0000 3700:1.0000 5328:1.0000 7789:1.0000 9380:1.0000 10310:1.0000")]
    public void Tokenize_DefaultOptions_AgreesWithTheSpecification(string text, string expected)
    {
        TokenWeight[] tokens = new HashedNgramTokenizer(Options, 256).Tokenize(text);
        Assert.Equal(expected, string.Join(' ', tokens.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Id}:{t.Weight:F4}"))));
    }

    [Theory]
    [InlineData("\u00C9t\u00E9", "E\u0301te\u0301")]
    [InlineData("red apple", "RED,\tapple!")]
    [InlineData("\uFF32\uFF45\uFF44", "red")]
    [InlineData("\u2764\uFE0F", "\u2764")]
    [InlineData("\U0001F44B\U0001F3FD", "\U0001F44B")]
    [InlineData("co\u00ADop", "coop")]
    public void Tokenize_TextsThatDifferInFormOnly_AreEqual(string one, string other)
    {
        var tokenizer = new HashedNgramTokenizer(Options, 256);
        Assert.Equal(tokenizer.Tokenize(one), tokenizer.Tokenize(other));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n")]
    [InlineData("...?! --- \u3002")]
    [InlineData("\uD800")]
    [InlineData("\u200D\uFE0F")]
    public void Tokenize_NothingButPunctuation_IsEmpty(string text) =>
        Assert.Empty(new HashedNgramTokenizer(Options, 256).Tokenize(text));

    [Fact]
    public void Tokenize_MoreTokensThanAllowed_KeepsTheFirstAndStillCountsThem()
    {
        string[] words = [.. Enumerable.Range(0, 50).Select(i => $"word{i}")];
        TokenWeight[] all = new HashedNgramTokenizer(Options, 4096).Tokenize(string.Join(' ', words));
        TokenWeight[] cut = new HashedNgramTokenizer(Options, 8).Tokenize(string.Join(' ', words));
        Assert.Equal(all[..8].Select(t => t.Id), cut.Select(t => t.Id));

        // "<wo" of every word comes after the limit only in what is new.
        int shared = Array.FindIndex(all, t => t.Weight > 3);
        Assert.InRange(shared, 0, 7);
        Assert.Equal(all[shared].Weight, cut[shared].Weight);
    }

    [Theory]
    [InlineData(TokenWeighting.Binary, 1f)]
    [InlineData(TokenWeighting.Count, 3f)]
    [InlineData(TokenWeighting.Sqrt, 1.7320508f)]
    [InlineData(TokenWeighting.Log, 2.0986123f)]
    public void Tokenize_TokenThatOccursThreeTimes_HasTheWeightOfItsKind(TokenWeighting weighting, float expected)
    {
        var tokenizer = new HashedNgramTokenizer(Options with { Weighting = weighting, WordNgrams = [1], CharNgrams = [] }, 16);
        Assert.Equal(expected, Assert.Single(tokenizer.Tokenize("cat cat cat")).Weight, 1e-6f);
    }

    [Fact]
    public void Tokenize_OtherSeed_GivesOtherIds()
    {
        TokenWeight[] one = new HashedNgramTokenizer(Options, 64).Tokenize("apple");
        TokenWeight[] other = new HashedNgramTokenizer(Options with { Seed = 100 }, 64).Tokenize("apple");
        Assert.NotEqual(one.Select(t => t.Id), other.Select(t => t.Id));
    }

    [Fact]
    public void Tokenize_RandomUnicode_GivesDistinctIdsWithinTheBucketsAndDoesNotThrow()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var tokenizer = new HashedNgramTokenizer(Options with { Buckets = 97 }, 50);
        for (int round = 0; round < 2000; round++)
        {
            char[] text = [.. Enumerable.Range(0, random.Next(200)).Select(_ => (char)random.Next(0x10000))];
            TokenWeight[] tokens = tokenizer.Tokenize(new string(text));
            Assert.Equal(tokens.Length, tokens.Select(t => t.Id).Distinct().Count());
            Assert.All(tokens, t => Assert.InRange(t.Id, 0, 96));
            Assert.InRange(tokens.Length, 0, 50);
        }
    }

    [Fact]
    public void Tokenize_DestinationTooShort_Throws()
    {
        var tokenizer = new HashedNgramTokenizer(Options, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Tokenize("cat", new TokenWeight[7]));
    }
}
