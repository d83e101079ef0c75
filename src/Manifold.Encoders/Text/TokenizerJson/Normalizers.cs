using System.Text;
using System.Text.RegularExpressions;

namespace Manifold.Encoders;

/// <summary><c>normalizer</c>: what is done to a text before it is cut into words.</summary>
internal static class Normalizers
{
    public static TextStep Read(JsonSetting? setting)
    {
        if (setting is not { } normalizer)
            return text => text;
        string type = normalizer["type"].Text();
        switch (type)
        {
            case "Sequence":
                TextStep[] steps = [.. normalizer["normalizers"].Items().Select(n => Read(n))];
                return text => steps.Aggregate(text, (current, step) => step(current));
            case "NFC":
                return text => UnicodeForms.ToNfc(text).ToString();
            case "NFKC":
                return text => UnicodeForms.ToNfkc(text).ToString();
            case "Lowercase":
                return Lowercase;
            case "Replace":
                string content = normalizer["content"].Text();
                Regex pattern = RunePattern.Read(normalizer["pattern"]);
                return text => RunePattern.Replace(pattern, text, content);
            case "Strip":
                bool left = normalizer.Find("strip_left")?.Flag() ?? true, right = normalizer.Find("strip_right")?.Flag() ?? true;
                return text => (left, right) switch { (true, true) => text.Trim(), (true, false) => text.TrimStart(), (false, true) => text.TrimEnd(), _ => text };
            case "Prepend":
                string prefix = normalizer["prepend"].Text();
                return text => text.Length == 0 ? text : prefix + text;
            case "Precompiled":
                return normalizer.Find("precompiled_charsmap") is { } map ? CharacterMap.Read(map).Apply : text => text;
            case "BertNormalizer":
                return BertNormalizer.Read(normalizer);
            default:
                throw normalizer["type"].Wrong($"is '{type}'; Sequence, NFC, NFKC, Lowercase, Replace, Strip, Prepend, Precompiled and BertNormalizer are known here");
        }
    }

    /// <summary>Each character by itself, by Unicode's full mapping.</summary>
    public static string Lowercase(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // İ is the one letter whose small form is two characters.
            if (rune.Value == 0x130)
                result.Append("i\u0307");
            else
                result.Append(Rune.ToLowerInvariant(rune).ToString());
        }

        return result.ToString();
    }
}
