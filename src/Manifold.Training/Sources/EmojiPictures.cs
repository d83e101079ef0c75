using System.Globalization;
using System.Text.Json;

namespace Manifold.Training;

/// <summary>The drawing styles of the emoji: which picture draws which concept. Skin-tone variants are left out.</summary>
public static class EmojiPictures
{
    /// <summary>The styles that a trainer may learn from; OpenMoji is never among them.</summary>
    public static readonly IReadOnlyList<PictureSource> TrainingStyles =
    [
        PictureSource.Noto, PictureSource.Twemoji, PictureSource.Fluent, PictureSource.NotoV1, PictureSource.EmojiOne, PictureSource.FxEmoji,
    ];

    /// <summary>The pictures of one style, one per concept of the catalog, in ordinal order of the codes; duplicates are still among them.</summary>
    public static IReadOnlyList<Picture> Load(DataCache cache, EmojiCatalog catalog, PictureSource style) => style switch
    {
        PictureSource.Noto => Files(cache, catalog, style, "npm/emoji-datasource-google/img/google/64", ".png"),
        PictureSource.Twemoji => Files(cache, catalog, style, "npm/emoji-datasource-twitter/img/twitter/64", ".png"),
        PictureSource.Fluent => Files(cache, catalog, style, "npm/lobehub-fluent-emoji-3d/assets", ".webp"),
        PictureSource.OpenMoji => Files(cache, catalog, style, "npm/openmoji/color/svg", ".svg"),
        PictureSource.NotoV1 => Icons(cache, catalog, style, "noto-v1"),
        PictureSource.EmojiOne => Icons(cache, catalog, style, "emojione"),
        PictureSource.FxEmoji => Icons(cache, catalog, style, "fxemoji"),
        _ => throw new ArgumentOutOfRangeException(nameof(style), style, "not an emoji style"),
    };

    private static List<Picture> Files(DataCache cache, EmojiCatalog catalog, PictureSource style, string folder, string extension)
    {
        var byCode = new SortedDictionary<string, Picture>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(cache.PathOf(folder), "*" + extension).Order(StringComparer.Ordinal))
        {
            string raw = Path.GetFileNameWithoutExtension(file);
            string code = EmojiCatalog.NormaliseCode(raw);
            if (!EmojiCatalog.IsSkinToneVariant(raw) && catalog.ByCode.ContainsKey(code))
                byCode.TryAdd(code, new Picture(style, code, file));
        }

        return [.. byCode.Values];
    }

    private static List<Picture> Icons(DataCache cache, EmojiCatalog catalog, PictureSource style, string prefix)
    {
        var names = IconNames.Load(cache, catalog);
        using var document = JsonDocument.Parse(File.ReadAllBytes(cache.PathOf($"npm/iconify-json-{prefix}/icons.json")));
        var root = document.RootElement;
        int width = root.GetProperty("width").GetInt32(), height = root.GetProperty("height").GetInt32();
        var byCode = new SortedDictionary<string, Picture>(StringComparer.Ordinal);
        foreach (var icon in root.GetProperty("icons").EnumerateObject())
        {
            if (names.CodeOf(icon.Name) is not { } code)
                continue;
            int w = icon.Value.TryGetProperty("width", out var own) ? own.GetInt32() : width;
            int h = icon.Value.TryGetProperty("height", out own) ? own.GetInt32() : height;
            string svg = string.Create(CultureInfo.InvariantCulture,
                $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">{icon.Value.GetProperty("body").GetString()}</svg>");
            byCode.TryAdd(code, new Picture(style, code, null, svg));
        }

        return [.. byCode.Values];
    }
}
