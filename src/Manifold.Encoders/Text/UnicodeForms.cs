using System.Collections.Frozen;
using System.Text;

namespace Manifold.Encoders;

/// <summary>
/// Unicode normalisation forms C and KC (UAX #15). The runtime's own does nothing when globalization is invariant, and follows the machine's
/// ICU otherwise; hashed tokens must be the same everywhere and for good, so the data (Unicode 14.0) is in this assembly.
/// </summary>
internal static class UnicodeForms
{
    private const int HangulFirst = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailFirst = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28, HangulCount = LeadCount * VowelCount * TrailCount;

    private static readonly UnicodeFormsTable Table = UnicodeFormsTable.Load();

    /// <summary>The text in form KC: the argument itself where that is normalised already.</summary>
    public static ReadOnlySpan<char> ToNfkc(ReadOnlySpan<char> text) => Normalize(text, Table.Decompositions);

    /// <summary>The text in form C: the argument itself where that is normalised already.</summary>
    public static ReadOnlySpan<char> ToNfc(ReadOnlySpan<char> text) => Normalize(text, Table.CanonicalDecompositions);

    /// <summary>The text in form D: canonically decomposed.</summary>
    public static string ToNfd(ReadOnlySpan<char> text)
    {
        var runes = new List<int>(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, Table.CanonicalDecompositions, runes);
        Order(runes);
        return ToText(runes);
    }

    private static ReadOnlySpan<char> Normalize(ReadOnlySpan<char> text, FrozenDictionary<int, int[]> decompositions)
    {
        if (Ascii.IsValid(text) || IsNormalized(text))
            return text;

        var runes = new List<int>(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, decompositions, runes);
        Order(runes);
        Compose(runes);
        return ToText(runes);
    }

    private static string ToText(List<int> runes)
    {
        var result = new StringBuilder(runes.Count + 16);
        foreach (int rune in runes)
            result.Append(new Rune(rune).ToString());
        return result.ToString();
    }

    /// <summary>For either form: what may change in form C may in form KC, too.</summary>
    private static bool IsNormalized(ReadOnlySpan<char> text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Table.MayChange(rune.Value))
                return false;
        }

        return true;
    }

    private static void Decompose(int rune, FrozenDictionary<int, int[]> decompositions, List<int> runes)
    {
        int hangul = rune - HangulFirst;
        if (hangul is >= 0 and < HangulCount)
        {
            runes.Add(LeadFirst + (hangul / (VowelCount * TrailCount)));
            runes.Add(VowelFirst + (hangul % (VowelCount * TrailCount) / TrailCount));
            if (hangul % TrailCount != 0)
                runes.Add(TrailFirst + (hangul % TrailCount));
        }
        else if (decompositions.TryGetValue(rune, out int[]? parts))
        {
            runes.AddRange(parts);
        }
        else
        {
            runes.Add(rune);
        }
    }

    /// <summary>Canonical ordering: a stable sort of each run of marks by combining class.</summary>
    private static void Order(List<int> runes)
    {
        int start = 0;
        for (int i = 0; i <= runes.Count; i++)
        {
            if (i < runes.Count && Table.ClassOf(runes[i]) != 0)
                continue;
            if (i - start > 1)
            {
                int[] marks = [.. runes[start..i].OrderBy(Table.ClassOf)];
                for (int k = 0; k < marks.Length; k++)
                    runes[start + k] = marks[k];
            }

            start = i + 1;
        }
    }

    /// <summary>Canonical composition, in place: a mark joins the last starter unless a mark of its class or greater stands between.</summary>
    private static void Compose(List<int> runes)
    {
        int starter = -1, written = 0, lastClass = -1;
        for (int i = 0; i < runes.Count; i++)
        {
            int rune = runes[i];
            int combining = Table.ClassOf(rune);
            if (starter >= 0 && lastClass < combining && TryCompose(runes[starter], rune, out int composite))
            {
                runes[starter] = composite;
                continue;
            }

            if (combining == 0)
            {
                starter = written;
                lastClass = -1;
            }
            else
            {
                lastClass = combining;
            }

            runes[written++] = rune;
        }

        runes.RemoveRange(written, runes.Count - written);
    }

    private static bool TryCompose(int first, int second, out int composite)
    {
        int lead = first - LeadFirst, vowel = second - VowelFirst, syllable = first - HangulFirst, trail = second - TrailFirst;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            composite = HangulFirst + (((lead * VowelCount) + vowel) * TrailCount);
            return true;
        }

        if (syllable is >= 0 and < HangulCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
        {
            composite = first + trail;
            return true;
        }

        return Table.Composites.TryGetValue((first, second), out composite);
    }
}
