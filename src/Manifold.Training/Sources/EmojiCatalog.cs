using System.Text.Json;

namespace Manifold.Training;

/// <summary>The emoji of emojibase-data with labels and tags in the locales asked for.</summary>
public sealed class EmojiCatalog
{
    /// <summary>The locales that captions are taken from; the first is the one that the split is made with.</summary>
    public static readonly IReadOnlyList<string> Locales = ["en", "zh", "fr", "es", "de"];

    /// <summary>emojibase's group names, by group number.</summary>
    public static readonly IReadOnlyList<string> GroupNames =
    [
        "smileys-emotion", "people-body", "component", "animals-nature", "food-drink", "travel-places", "activities", "objects",
        "symbols", "flags",
    ];

    private EmojiCatalog(IReadOnlyDictionary<string, Emoji> byCode) => ByCode = byCode;

    /// <summary>Every concept by its code, in ordinal order of the codes.</summary>
    public IReadOnlyDictionary<string, Emoji> ByCode { get; }

    /// <summary>A code without its variation selectors, in upper case: <c>1f441-fe0f</c> becomes <c>1F441</c>.</summary>
    public static string NormaliseCode(string code) =>
        string.Join('-', code.ToUpperInvariant().Split('-').Where(point => point is not ("FE0F" or "FE0E")));

    /// <summary>True when one of the code points after the first is a skin-tone modifier: such variants are dropped.</summary>
    public static bool IsSkinToneVariant(string code) =>
        code.ToUpperInvariant().Split('-').Skip(1).Any(point => point is "1F3FB" or "1F3FC" or "1F3FD" or "1F3FE" or "1F3FF");

    /// <summary>Reads every locale.</summary>
    public static EmojiCatalog Load(DataCache cache)
    {
        var groups = new SortedDictionary<string, int?>(StringComparer.Ordinal);
        var labels = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        var tags = new Dictionary<string, Dictionary<string, IReadOnlyList<string>>>(StringComparer.Ordinal);
        foreach (string locale in Locales)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(cache.PathOf($"npm/emojibase-data/{locale}/data.json")));
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                string code = NormaliseCode(entry.GetProperty("hexcode").GetString()!);
                if (locale == Locales[0])
                {
                    groups[code] = entry.TryGetProperty("group", out var group) ? group.GetInt32() : null;
                    labels[code] = [];
                    tags[code] = [];
                }

                labels[code][locale] = entry.GetProperty("label").GetString()!;
                if (entry.TryGetProperty("tags", out var list))
                    tags[code][locale] = [.. list.EnumerateArray().Select(tag => tag.GetString()!)];
            }
        }

        var byCode = new SortedDictionary<string, Emoji>(StringComparer.Ordinal);
        foreach (var (code, group) in groups)
            byCode[code] = new Emoji(code, group, labels[code], tags[code]);
        return new EmojiCatalog(byCode);
    }
}
