using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Manifold.Encoders;

/// <summary>
/// Regular expressions over code points. .NET matches UTF-16 units, to which a letter beyond U+FFFF is no <c>\p{L}</c>; so each such code point is matched
/// as one stand-in of its own category from below U+10000, and what was found is cut from the text itself.
/// </summary>
internal static class RunePattern
{
    private static readonly Dictionary<UnicodeCategory, char> StandIns = new()
    {
        [UnicodeCategory.UppercaseLetter] = '\u03E2',
        [UnicodeCategory.LowercaseLetter] = '\u03E3',
        [UnicodeCategory.ModifierLetter] = '\u02EC',
        [UnicodeCategory.OtherLetter] = '\uA015',
        [UnicodeCategory.NonSpacingMark] = '\uA926',
        [UnicodeCategory.SpacingCombiningMark] = '\uA9B4',
        [UnicodeCategory.EnclosingMark] = '\uA670',
        [UnicodeCategory.DecimalDigitNumber] = '\uA9D0',
        [UnicodeCategory.LetterNumber] = '\uA6E6',
        [UnicodeCategory.OtherNumber] = '\uA830',
        [UnicodeCategory.DashPunctuation] = '\u2E17',
        [UnicodeCategory.OtherPunctuation] = '\uA8CE',
        [UnicodeCategory.MathSymbol] = '\u2A00',
        [UnicodeCategory.OtherSymbol] = '\uA490',
        [UnicodeCategory.Format] = '\u2064',
    };

    /// <summary>From <c>{"Regex": "…"}</c> or <c>{"String": "…"}</c>.</summary>
    public static Regex Read(JsonSetting setting)
    {
        if (setting.Find("String") is { } literal)
            return new Regex(Regex.Escape(literal.Text()), RegexOptions.CultureInvariant);
        JsonSetting pattern = setting["Regex"];
        try
        {
            return new Regex(pattern.Text(), RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            throw pattern.Wrong($"is no regular expression that .NET can read: {e.Message}", e);
        }
    }

    /// <summary>Where it matches, as ranges of the text; empty matches are left out.</summary>
    public static IEnumerable<Range> Matches(Regex pattern, string text)
    {
        string matched = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : WithStandIns(text);
        if (ReferenceEquals(matched, text))
            return pattern.Matches(text).Where(m => m.Length > 0).Select(m => m.Index..(m.Index + m.Length));
        int[] starts = Starts(text);
        return pattern.Matches(matched).Where(m => m.Length > 0).Select(m => starts[m.Index]..starts[m.Index + m.Length]);
    }

    public static string Replace(Regex pattern, string text, string content)
    {
        var result = new StringBuilder(text.Length);
        int from = 0;
        foreach (Range match in Matches(pattern, text))
        {
            result.Append(text, from, match.Start.Value - from).Append(content);
            from = match.End.Value;
        }

        return from == 0 ? text : result.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>One character for each code point.</summary>
    private static string WithStandIns(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            result.Append(rune.IsBmp ? (char)rune.Value : StandIns.GetValueOrDefault(Rune.GetUnicodeCategory(rune), '\uE000'));
        return result.ToString();
    }

    /// <summary>Where each code point begins, and where the text ends.</summary>
    private static int[] Starts(string text)
    {
        var starts = new List<int>(text.Length + 1);
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            starts.Add(at);
            at += rune.Utf16SequenceLength;
        }

        return [.. starts, at];
    }
}
