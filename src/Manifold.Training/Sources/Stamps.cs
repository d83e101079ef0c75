namespace Manifold.Training;

/// <summary>Reads tuxpaint-stamps-default: a picture, and beside it <c>NAME.txt</c> with the English caption and one line a locale.</summary>
public static class Stamps
{
    private static readonly (string Prefix, string Language)[] Locales =
        [("zh_cn.utf8=", "zh"), ("fr.utf8=", "fr"), ("es.utf8=", "es")];

    /// <summary>The stamps that have a caption, in ordinal order of their ids. Where a stamp is there as PNG and SVG, the PNG is taken.</summary>
    public static IReadOnlyList<Stamp> Load(DataCache cache)
    {
        string root = cache.PathOf("deb/tuxpaint-stamps-default/usr/share/tuxpaint/stamps");
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string extension in (string[])[".png", ".svg"])
        {
            foreach (string file in Directory.EnumerateFiles(root, "*" + extension, SearchOption.AllDirectories))
                files.TryAdd(Path.ChangeExtension(Path.GetRelativePath(root, file), null).Replace('\\', '/'), file);
        }

        var stamps = new List<Stamp>();
        foreach (var (id, file) in files)
        {
            string text = Path.ChangeExtension(file, ".txt");
            if (!File.Exists(text))
                continue;
            var captions = ParseCaptions(File.ReadAllLines(text));
            if (captions.ContainsKey("en"))
                stamps.Add(new Stamp(id, new Picture(PictureSource.Stamps, id, file), captions));
        }

        return stamps;
    }

    /// <summary>Language to caption: the first line is English, the others are <c>locale.utf8=caption</c>.</summary>
    public static IReadOnlyDictionary<string, string> ParseCaptions(IReadOnlyList<string> lines)
    {
        var captions = new Dictionary<string, string>(StringComparer.Ordinal);
        if (lines.Count > 0 && lines[0].Trim() is { Length: > 0 } english)
            captions["en"] = english;
        foreach (string line in lines.Skip(1))
        {
            foreach (var (prefix, language) in Locales)
            {
                if (line.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && line[prefix.Length..].Trim() is { Length: > 0 } caption)
                    captions.TryAdd(language, caption);
            }
        }

        return captions;
    }
}
