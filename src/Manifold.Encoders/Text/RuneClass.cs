using System.Globalization;
using System.Text;

namespace Manifold.Encoders;

/// <summary>What the n-gram tokenizer does with a code point. docs/bundle.md has the same table.</summary>
internal enum RuneClass
{
    /// <summary>Ends whatever came before it.</summary>
    Separator,

    /// <summary>Part of a word: letters, marks and digits of scripts that put spaces between words.</summary>
    Word,

    /// <summary>Han, kana, Hangul, Bopomofo: scripts without spaces, or with words of one or two characters.</summary>
    Ideograph,

    /// <summary>Emoji, currency, mathematics, arrows.</summary>
    Symbol,

    /// <summary>Removed without ending anything: joiners, variation selectors, skin tones.</summary>
    Ignored,
}

internal static class RuneClasses
{
    public static RuneClass Of(Rune rune)
    {
        int value = rune.Value;
        if (value < 0x80)
        {
            return char.IsAsciiLetterOrDigit((char)value) ? RuneClass.Word
                : "$+<=>^`|~".Contains((char)value) ? RuneClass.Symbol
                : RuneClass.Separator;
        }

        // Skin tones and variation selectors change how the sign before them is drawn, not what it is.
        if (value is (>= 0x1F3FB and <= 0x1F3FF) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or (>= 0x180B and <= 0x180D))
            return RuneClass.Ignored;
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.UppercaseLetter:
            case UnicodeCategory.LowercaseLetter:
            case UnicodeCategory.TitlecaseLetter:
            case UnicodeCategory.ModifierLetter:
            case UnicodeCategory.OtherLetter:
            case UnicodeCategory.NonSpacingMark:
            case UnicodeCategory.SpacingCombiningMark:
            case UnicodeCategory.DecimalDigitNumber:
            case UnicodeCategory.LetterNumber:
            case UnicodeCategory.OtherNumber:
                return IsIdeograph(value) ? RuneClass.Ideograph : RuneClass.Word;
            case UnicodeCategory.MathSymbol:
            case UnicodeCategory.CurrencySymbol:
            case UnicodeCategory.ModifierSymbol:
            case UnicodeCategory.OtherSymbol:
                return value == Rune.ReplacementChar.Value ? RuneClass.Separator : RuneClass.Symbol;
            case UnicodeCategory.Format:
            case UnicodeCategory.EnclosingMark:
                return RuneClass.Ignored;
            default:
                return RuneClass.Separator;
        }
    }

    private static bool IsIdeograph(int value) => value is
        (>= 0x1100 and <= 0x11FF)        // Hangul Jamo
        or (>= 0x2E80 and <= 0x2FDF)     // CJK and Kangxi radicals
        or (>= 0x3005 and <= 0x3007)     // iteration mark, closing mark, zero
        or (>= 0x3021 and <= 0x3029)     // Hangzhou numerals
        or (>= 0x3040 and <= 0x31FF)     // kana, Bopomofo, Hangul compatibility jamo, kana extensions
        or (>= 0x3400 and <= 0x4DBF)     // Han extension A
        or (>= 0x4E00 and <= 0x9FFF)     // Han
        or (>= 0xA960 and <= 0xA97F)     // Hangul Jamo extended A
        or (>= 0xAC00 and <= 0xD7FF)     // Hangul syllables, Jamo extended B
        or (>= 0xF900 and <= 0xFAFF)     // Han compatibility
        or (>= 0x1AFF0 and <= 0x1B16F)   // kana supplements
        or (>= 0x20000 and <= 0x3FFFF);  // Han extensions B and later
}
