using System.Text;
using Manifold.Index.FullText;

namespace Manifold.Index.Tests.FullText;

public sealed class TextAnalyzerTests
{
    [Theory]
    [InlineData("A red Fire-Engine!", "a", "red", "fire", "engine")]
    [InlineData("Größe ÄPFEL Straße", "grosse", "apfel", "strasse")]
    [InlineData("l'été à la plage, cœur", "l", "ete", "a", "la", "plage", "coeur")]
    [InlineData("cafe\u0301 ＡＢＣ１２", "cafe", "abc12")]
    [InlineData("МОСКВА Ελλάδα", "москва", "ελλάδα")]
    [InlineData("mp3 x264 3.14", "mp3", "x264", "3", "14")]
    [InlineData("🦊 🚒 -- ", new string[0])]
    [InlineData("", new string[0])]
    public void Index_CutsWords(string text, params string[] expected) => Assert.Equal(expected, Terms(text, TextAnalyzer.Index));

    [Fact]
    public void Index_OfScriptsWithoutSpaces_HasCharactersAndPairs()
    {
        Assert.Equal(["消", "防", "消防", "车", "防车"], Terms("消防车", TextAnalyzer.Index));
        Assert.Equal(["red", "犬", "dog"], Terms("red犬dog", TextAnalyzer.Index));
        Assert.Equal(["𠮷", "野", "𠮷野"], Terms("𠮷野", TextAnalyzer.Index));
    }

    [Fact]
    public void Query_OfScriptsWithoutSpaces_HasPairs_AndACharacterThatStandsAlone()
    {
        Assert.Equal(["消防", "防车"], Terms("消防车", TextAnalyzer.Query));
        Assert.Equal(["车", "ab", "犬"], Terms("车 ab 犬", TextAnalyzer.Query));
        Assert.Equal(["ひら", "らが", "がな"], Terms("ひらがな", TextAnalyzer.Query));
    }

    [Fact]
    public void LongRuns_AreCutOffAlike_AndNeverWithinACharacter()
    {
        Assert.Equal([new string('x', TextAnalyzer.MaxTermBytes)], Terms(new string('X', 1_000_000), TextAnalyzer.Index));
        var term = Assert.Single(Terms("a" + new string('я', 100), TextAnalyzer.Query));
        Assert.Equal("a" + new string('я', 31), term);
    }

    [Fact]
    public void BrokenText_IsCutWithoutAnError()
    {
        List<string> terms = [];
        TextAnalyzer.Index([(byte)'a', 0xFF, (byte)'b', 0xE6, 0xB6], term => terms.Add(Encoding.UTF8.GetString(term)));
        Assert.Equal(["a", "b"], terms);
    }

    private static List<string> Terms(string text, Action<ReadOnlySpan<byte>, TextAnalyzer.TermTaker> cut)
    {
        List<string> terms = [];
        cut(Encoding.UTF8.GetBytes(text), term => terms.Add(Encoding.UTF8.GetString(term)));
        return terms;
    }
}
