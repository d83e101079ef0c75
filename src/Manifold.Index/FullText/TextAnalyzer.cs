using System.Globalization;
using System.Text;

namespace Manifold.Index.FullText;

/// <summary>
/// Cuts texts into terms: runs of letters, digits and marks, in lower case and without the accents of Latin letters; of scripts that are written without spaces
/// (Chinese, Japanese, Thai and its neighbours) and of Korean, each character and each two neighbours. No stop words and no stemming: they differ by language,
/// and a text does not say which one it is in.
/// </summary>
/// <remarks>The same on every system: it asks no library of the system for its tables.</remarks>
internal static class TextAnalyzer
{
    /// <summary>Longest term in UTF-8 bytes; longer runs are cut off there, in texts and queries alike.</summary>
    public const int MaxTermBytes = 64;

    // Latin letters with accents, by what is left without.
    private static readonly Dictionary<int, string> Folded = MakeFolded(
        ("a", "àáâãäåāăą"), ("ae", "æ"), ("c", "çćĉċč"), ("d", "ďđ"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"), ("i", "ìíîïĩīĭįıİ"), ("j", "ĵ"), ("k", "ķ"),
        ("l", "ĺļľŀł"), ("n", "ñńņňŉŋ"), ("o", "òóôõöøōŏő"), ("oe", "œ"), ("r", "ŕŗř"), ("s", "śŝşšș"), ("ss", "ß"), ("t", "ţťŧț"), ("th", "þ"), ("d", "ð"),
        ("u", "ùúûüũūŭůűų"), ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"));

    private enum Script
    {
        None,
        Spaced,
        Unspaced,
    }

    /// <summary>Takes a term; its bytes are valid during the call.</summary>
    public delegate void TermTaker(ReadOnlySpan<byte> term);

    /// <summary>The terms of a text that is to be found: of scripts without spaces the characters and the pairs.</summary>
    public static void Index(ReadOnlySpan<byte> utf8, TermTaker take) => Cut(utf8, isQuery: false, take);

    /// <summary>The terms of a query: of scripts without spaces the pairs, and a character only where it stands alone.</summary>
    public static void Query(ReadOnlySpan<byte> utf8, TermTaker take) => Cut(utf8, isQuery: true, take);

    private static void Cut(ReadOnlySpan<byte> utf8, bool isQuery, TermTaker take)
    {
        Span<byte> term = stackalloc byte[MaxTermBytes + 8];
        var length = 0;
        Rune before = default;
        var runLength = 0;
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            if (rune.Value is >= 0x300 and <= 0x36F) continue; // accents that stand by themselves
            if (rune.Value is >= 0xFF01 and <= 0xFF5E) rune = new Rune(rune.Value - 0xFEE0); // ASCII in the width of Chinese characters
            var script = ScriptOf(rune);
            if (script != Script.Spaced) length = End(term, length, take);
            if (script != Script.Unspaced)
            {
                EndRun(term, before, runLength, isQuery, take);
                runLength = 0;
            }

            switch (script)
            {
                case Script.Spaced when length <= MaxTermBytes:
                    length += Write(Rune.ToLowerInvariant(rune), term[length..]);
                    break;
                case Script.Unspaced:
                    if (!isQuery) Take([rune], term, take);
                    if (runLength > 0) Take([before, rune], term, take);
                    before = rune;
                    runLength++;
                    break;
            }
        }

        End(term, length, take);
        EndRun(term, before, runLength, isQuery, take);
    }

    /// <summary>Ends a run of letters.</summary>
    private static int End(ReadOnlySpan<byte> term, int length, TermTaker take)
    {
        if (length == 0) return 0;

        // Not within a character.
        if (length > MaxTermBytes)
            for (length = MaxTermBytes; (term[length] & 0xC0) == 0x80;) length--;
        take(term[..length]);
        return 0;
    }

    private static void EndRun(Span<byte> term, Rune last, int runLength, bool isQuery, TermTaker take)
    {
        if (isQuery && runLength == 1) Take([last], term, take);
    }

    private static void Take(ReadOnlySpan<Rune> runes, Span<byte> term, TermTaker take)
    {
        var length = 0;
        foreach (var rune in runes) length += rune.EncodeToUtf8(term[length..]);
        take(term[..length]);
    }

    private static int Write(Rune rune, Span<byte> target)
    {
        if (rune.IsAscii)
        {
            target[0] = (byte)rune.Value;
            return 1;
        }

        return Folded.TryGetValue(rune.Value, out var folded) ? Encoding.ASCII.GetBytes(folded, target) : rune.EncodeToUtf8(target);
    }

    private static Script ScriptOf(Rune rune)
    {
        if (rune.IsAscii) return char.IsAsciiLetterOrDigit((char)rune.Value) ? Script.Spaced : Script.None;
        var isWord = Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber;
        return !isWord ? Script.None : IsUnspaced(rune.Value) ? Script.Unspaced : Script.Spaced;
    }

    private static bool IsUnspaced(int value) => value
        is (>= 0x0E00 and <= 0x0EFF) // Thai, Lao
        or (>= 0x1000 and <= 0x109F) // Burmese
        or (>= 0x1780 and <= 0x17FF) // Khmer
        or (>= 0x3005 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0xFF66 and <= 0xFF9F) // Hiragana, Katakana
        or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF) // Chinese characters
        or (>= 0xAC00 and <= 0xD7A3); // Korean: words are spaced, but long compounds are the rule

    private static Dictionary<int, string> MakeFolded(params ReadOnlySpan<(string To, string From)> letters)
    {
        var folded = new Dictionary<int, string>();
        foreach (var (to, from) in letters)
            foreach (var letter in from) folded[letter] = to;
        return folded;
    }
}
