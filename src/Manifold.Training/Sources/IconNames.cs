using System.Text.Json;

namespace Manifold.Training;

/// <summary>
/// Code points for the icon sets that only name their icons. A name is looked up, in this order, among the slugs of the English labels
/// of emojibase, the names in the noto set's <c>chars.json</c>, the short names of <c>emoji.json</c> and its Unicode names. Separators do not count
/// (fxemoji writes <c>admissiontickets</c>).
/// </summary>
public sealed class IconNames
{
    private readonly Dictionary<string, string> _codes = new(StringComparer.Ordinal);

    private IconNames()
    {
    }

    /// <summary>Builds the look-up.</summary>
    public static IconNames Load(DataCache cache, EmojiCatalog catalog)
    {
        var names = new IconNames();
        foreach (var (code, emoji) in catalog.ByCode)
            names.Add(emoji.Labels["en"], code, catalog);
        using var chars = JsonDocument.Parse(File.ReadAllBytes(cache.PathOf("npm/iconify-json-noto/chars.json")));
        foreach (var entry in chars.RootElement.EnumerateObject())
            names.Add(entry.Value.GetString()!, entry.Name, catalog);
        using var emojis = JsonDocument.Parse(File.ReadAllBytes(cache.PathOf("npm/emoji-datasource-google/emoji.json")));
        foreach (var entry in emojis.RootElement.EnumerateArray())
        {
            foreach (var name in entry.GetProperty("short_names").EnumerateArray())
                names.Add(name.GetString()!, entry.GetProperty("unified").GetString()!, catalog);
        }

        foreach (var entry in emojis.RootElement.EnumerateArray())
        {
            if (entry.GetProperty("name").GetString() is { Length: > 0 } name)
                names.Add(name, entry.GetProperty("unified").GetString()!, catalog);
        }

        return names;
    }

    /// <summary>The code that <paramref name="iconName"/> draws, or null when no list knows the name.</summary>
    public string? CodeOf(string iconName) => _codes.GetValueOrDefault(Slug(iconName));

    /// <summary>The ASCII letters and digits of a name in lower case; accented letters are left out.</summary>
    public static string Slug(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));

    private void Add(string name, string code, EmojiCatalog catalog)
    {
        string normal = EmojiCatalog.NormaliseCode(code);
        if (catalog.ByCode.ContainsKey(normal) && Slug(name) is { Length: > 0 } slug)
            _codes.TryAdd(slug, normal);
    }
}
