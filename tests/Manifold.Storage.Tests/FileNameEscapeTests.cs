using System.Globalization;
using System.Text;

namespace Manifold.Storage.Tests;

public sealed class FileNameEscapeTests
{
    [Theory]
    [InlineData("photos", "photos_")]
    [InlineData("photos/0", "photos=2f0_")]
    [InlineData("A", "=41_")]
    [InlineData("..", "=2e=2e_")]
    [InlineData("_", "=5f_")]
    [InlineData("é", "=c3=a9_")]
    public void Escape_Key_GivesThisName(string key, string name) => Assert.Equal(name, FileNameEscape.Escape(key));

    [Fact]
    public void Escape_AnyKey_CanBeUndone()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var key = string.Concat(Enumerable.Range(0, random.Next(1, 200)).Select(_ => (char)random.Next(0, random.Next(2) == 0 ? 0x80 : 0xd800)));
            var name = FileNameEscape.Escape(key);
            Assert.Equal(key, Unescape(name));
            Assert.All(name.Split('/'), part => Assert.InRange(part.Length, 1, 160));
            Assert.DoesNotContain("..", name, StringComparison.Ordinal);
            Assert.Equal(name.ToLowerInvariant(), name);
        }
    }

    /// <summary>The inverse: that there is one is what keeps two keys from sharing a name.</summary>
    private static string Unescape(string name)
    {
        var text = name.Replace("+/", "", StringComparison.Ordinal)[..^1];
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                bytes.Add((byte)text[i]);
                continue;
            }
            bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            i += 2;
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
