using System.Text;
using Manifold.Index;

namespace Manifold.Grains.Tests;

/// <summary>The order that merges rely on is that of the bytes which shards compare.</summary>
public sealed class Utf8OrderTests(ITestOutputHelper output)
{
    [Fact]
    public void Compare_RandomStrings_IsTheOrderOfTheirBytes()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 100_000; i++)
        {
            var (a, b) = (RandomText(random), RandomText(random));
            var expected = Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));
            Assert.True(expected == Math.Sign(Utf8Order.Compare(a, b)), $"{Escape(a)} and {Escape(b)}");
            Assert.True(-expected == Math.Sign(Utf8Order.Compare(b, a)), $"{Escape(b)} and {Escape(a)}");
        }
    }

    [Fact]
    public void Compare_EqualStrings_Zero() => Assert.Equal(0, Utf8Order.Compare("a\U0001F388b", new string("a\U0001F388b".ToCharArray())));

    /// <summary>Few characters of every length in bytes, so that long common beginnings come up.</summary>
    private static string RandomText(Random random)
    {
        string[] letters = ["\0", "a", "b", "\u007F", "\u0080", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFF", "\U00010000", "\U0001F388", "\U0001F389", "\U0010FFFF"];
        return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => letters[random.Next(letters.Length)]));
    }

    private static string Escape(string text) => string.Concat(text.Select(c => $"\\u{(int)c:X4}"));
}
