namespace Manifold.Encoders.Tests;

public sealed class UnicodeFormsTests
{
    // UAX #15, and Unicode's own example tables.
    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u1E9B\u0323", "\u1E69")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uFB01", "fi")]
    [InlineData("\u2460\u00BD", "11\u20442")]
    [InlineData("\uFF76\uFF9E", "\u30AC")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")]
    [InlineData("\u1EC7", "\u1EC7")]
    public void ToNfkc_Examples_AreComposedAndCompatible(string text, string expected) =>
        Assert.Equal(expected, UnicodeForms.ToNfkc(text).ToString());

    // The same documents; NormalizationTest.txt has singletons, exclusions and marks out of order.
    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")]
    [InlineData("\uFB01", "\uFB01")]
    [InlineData("\u2460", "\u2460")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u2126", "\u03A9")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")]
    [InlineData("\u01C4\u0323", "\u01C4\u0323")]
    public void ToNfc_Examples_AreComposedAndNoMore(string text, string expected) =>
        Assert.Equal(expected, UnicodeForms.ToNfc(text).ToString());

    [Fact]
    public void ToNfkc_NormalText_IsTheSameMemory()
    {
        ReadOnlySpan<char> text = "Dónde está el niño, 企鹅 🐧";
        Assert.True(UnicodeForms.ToNfkc(text) == text);
        Assert.True(UnicodeForms.ToNfkc(text).Overlaps(text));
    }

    [Fact]
    public void ToNfkc_Twice_ChangesNothingMore()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 1000; round++)
        {
            char[] text = [.. Enumerable.Range(0, 40).Select(_ => (char)random.Next(0x20, 0xD800))];
            string once = UnicodeForms.ToNfkc(text).ToString();
            Assert.Equal(once, UnicodeForms.ToNfkc(once).ToString());
        }
    }
}
