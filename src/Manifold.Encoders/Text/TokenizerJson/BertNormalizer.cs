using System.Globalization;
using System.Text;

namespace Manifold.Encoders;

/// <summary>What BERT does to a text: control characters out, a space around every ideograph, accents off, small letters.</summary>
internal static class BertNormalizer
{
    public static TextStep Read(JsonSetting setting)
    {
        bool clean = setting.Find("clean_text")?.Flag() ?? true, ideographs = setting.Find("handle_chinese_chars")?.Flag() ?? true;
        bool lower = setting.Find("lowercase")?.Flag() ?? true, accents = setting.Find("strip_accents")?.Flag() ?? lower;
        return text =>
        {
            var result = new StringBuilder(text.Length);
            foreach (Rune rune in text.EnumerateRunes())
                Append(rune, clean, ideographs, result);
            text = result.ToString();
            if (accents)
                text = WithoutAccents(text);
            return lower ? Normalizers.Lowercase(text) : text;
        };
    }

    private static void Append(Rune rune, bool clean, bool ideographs, StringBuilder result)
    {
        if (clean && (rune.Value is 0 or 0xFFFD || IsControl(rune)))
            return;
        if (clean && Rune.IsWhiteSpace(rune))
            result.Append(' ');
        else if (ideographs && IsIdeograph(rune.Value))
            result.Append(' ').Append(rune.ToString()).Append(' ');
        else
            result.Append(rune.ToString());
    }

    private static bool IsControl(Rune rune) =>
        rune.Value is not ('\t' or '\n' or '\r') && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    /// <summary>The blocks of CJK ideographs that BERT's own tokenizer names; kana and Hangul are words there.</summary>
    private static bool IsIdeograph(int c) =>
        c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
            or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private static string WithoutAccents(string text) => string.Concat(
        UnicodeForms.ToNfd(text).EnumerateRunes().Where(r => Rune.GetUnicodeCategory(r) != UnicodeCategory.NonSpacingMark).Select(r => r.ToString()));
}
