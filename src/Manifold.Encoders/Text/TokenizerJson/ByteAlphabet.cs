using System.Text;

namespace Manifold.Encoders;

/// <summary>
/// The 256 characters that stand for bytes in byte-level vocabularies (GPT-2's, and so RoBERTa's and CLIP's): a byte that is a visible character
/// of Latin-1 is itself, the others are U+0100, U+0101, … in order.
/// </summary>
internal static class ByteAlphabet
{
    public static IReadOnlyList<char> Characters { get; } = Create();

    /// <summary>The UTF-8 bytes of a text, a character each.</summary>
    public static string Spell(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => Characters[b]));

    private static char[] Create()
    {
        char next = '\u0100';
        return [.. Enumerable.Range(0, 256).Select(b => b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)b : next++)];
    }
}
