using System.Text.RegularExpressions;

namespace Manifold.Training;

/// <summary>
/// Chooses the demo's pictures, the same ones each time: concrete things that are recognisable when small, of licences that allow anything
/// (public domain, Apache-2.0, MIT). Concepts of the reserved part are never shown, those of dev are marked held-out.
/// </summary>
public static partial class SampleSelection
{
    /// <summary>Share of the training concepts that are shown, and of those in two styles: enough for 500 pictures and more in under 5 MB.</summary>
    private const double ShownShare = 0.50, BothStylesShare = 0.06;

    private const double SvgShare = 0.3;
    private const long MaxSvgBytes = 10_000;

    /// <summary>Some clip art is drawn to fill a page.</summary>
    private const long MaxClipArtBytes = 30_000;

    // Concepts that the demo's queries are about, or that everyone looks for first.
    private static readonly HashSet<string> Always =
    [
        "1F427", "1F431", "1F436", "1F98B", "1F418", "1F419", "1F34E", "1F34C", "1F355", "1F366", "1F697", "1F6B2", "1F692", "2708", "26F5", "1F682",
        "1F3B8", "1F3BB", "1F528", "1F511", "2602", "1F333", "1F335", "1F33B", "2744", "1F308", "1F680", "1F3E0", "1F36E", "1F41F", "1F42C",
    ];

    private static readonly HashSet<int> Groups = [3, 4, 5, 6, 7];

    /// <summary>A chosen picture.</summary>
    /// <param name="Picture">Where it is read from.</param>
    /// <param name="Extension">Extension of its file.</param>
    /// <param name="Item">The line that describes it.</param>
    public sealed record Choice(Picture Picture, string Extension, SampleItem Item);

    /// <summary>The pictures, by source and then by id.</summary>
    public static IReadOnlyList<Choice> Choose(DataCache cache, Corpus corpus) => [.. ClipArt(cache), .. Emoji(corpus)];

    private static IEnumerable<Choice> ClipArt(DataCache cache)
    {
        var byName = new Dictionary<string, ClipArt>(StringComparer.Ordinal);
        foreach (var art in Openclipart.Load(cache))
            byName.TryAdd(art.Id[(art.Id.LastIndexOf('/') + 1)..], art);
        foreach (var (name, caption) in ClipArtCaptions())
        {
            var art = byName[name];
            if (art.Part == SplitPart.Reserved)
                continue;
            string svg = cache.PathOf($"deb/openclipart-svg/usr/share/openclipart/svg/{art.Id}.svg");
            var vector = new Picture(PictureSource.Openclipart, art.Id, svg);
            bool asSvg = SplitRules.Hash("samples|svg|" + name) < SvgShare && new FileInfo(svg).Length <= MaxSvgBytes && PictureFilter.Fingerprint(vector.ReadBytes()) is not null;
            string extension = asSvg ? ".svg" : ".png";
            if (new FileInfo((asSvg ? vector : art.Picture).Path!).Length > MaxClipArtBytes || !DrawingExtent.FillsTheSquare(art.Picture.ReadBytes()))
                continue;
            yield return new Choice(asSvg ? vector : art.Picture, extension, new SampleItem
            {
                Id = "openclipart-" + FileNameOf(name),
                Image = $"pictures/openclipart/{FileNameOf(name)}{extension}",
                Caption = caption,
                Source = "openclipart",
                License = "public-domain",
                Category = art.Id.Split('/')[0],
                Tags = [.. art.Keywords.Select(keyword => keyword.ToLowerInvariant()).Where(keyword => keyword.Length is > 1 and < 30).Distinct().Take(8)],
                Split = art.Part == SplitPart.Train ? "train" : "held-out",
            });
        }
    }

    private static IEnumerable<Choice> Emoji(Corpus corpus)
    {
        foreach (var style in (PictureSource[])[PictureSource.Fluent, PictureSource.Noto])
        {
            foreach (var (code, picture) in corpus.Style(style).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                var emoji = corpus.Emoji.ByCode[code];
                if (IsShown(emoji, corpus.EmojiParts[code], style))
                    yield return EmojiChoice(emoji, picture, corpus.EmojiParts[code]);
            }
        }
    }

    private static bool IsShown(Emoji emoji, SplitPart part, PictureSource style)
    {
        bool thing = emoji.Group is { } group && Groups.Contains(group);
        bool person = emoji.Group == 1 && PersonPattern().IsMatch(emoji.Labels["en"]);
        if (!(thing || person) || part == SplitPart.Reserved || UnwantedPattern().IsMatch(emoji.Labels["en"]))
            return false;
        double hash = SplitRules.Hash("samples|" + emoji.Code);
        bool always = Always.Contains(emoji.Code) || part == SplitPart.Dev;
        bool both = Always.Contains(emoji.Code) || hash < BothStylesShare;
        var own = SplitRules.Hash("samples|style|" + emoji.Code) < 0.5 ? PictureSource.Fluent : PictureSource.Noto;
        return (always || hash < ShownShare) && (both || own == style);
    }

    private static Choice EmojiChoice(Emoji emoji, Picture picture, SplitPart part)
    {
        bool fluent = picture.Source == PictureSource.Fluent;
        string source = fluent ? "fluent" : "noto", extension = fluent ? ".webp" : ".png";
        return new Choice(picture, extension, new SampleItem
        {
            Id = $"{source}-{emoji.Code}",
            Image = $"pictures/{source}/{emoji.Code}{extension}",
            Caption = emoji.Labels["en"],
            CaptionZh = emoji.Labels.GetValueOrDefault("zh"),
            CaptionFr = emoji.Labels.GetValueOrDefault("fr"),
            Source = source,
            License = fluent ? "MIT" : "Apache-2.0",
            Category = EmojiCatalog.GroupNames[emoji.Group!.Value],
            Tags = [.. emoji.Tags.GetValueOrDefault("en", []).Take(8)],
            Split = part == SplitPart.Train ? "train" : "held-out",
        });
    }

    private static IEnumerable<(string Name, string Caption)> ClipArtCaptions()
    {
        using var stream = typeof(SampleSelection).Assembly.GetManifestResourceStream("clip-art.tsv")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Split('\t') is not [var name, var caption])
                continue;
            yield return (name, caption);
        }
    }

    private static string FileNameOf(string name) => FileNamePattern().Replace(name, "-").Trim('-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex FileNamePattern();

    // People doing things, in the neutral drawing.
    [GeneratedRegex("^(astronaut|firefighter|cook|farmer|scientist|artist|pilot|mechanic|teacher|singer|juggler|person (surfing|swimming|biking|rowing boat|climbing|cartwheeling|juggling|playing handball|lifting weights|running|walking)|skier|snowboarder|horse racing|woman dancing|brain|footprints|ear|eye|tooth|bone)$")]
    private static partial Regex PersonPattern();

    // Weapons, drugs and drink, death, faiths and politics; and what cannot be told apart when small (clock faces, maps).
    [GeneratedRegex("gun|pistol|bomb|knife|dagger|sword|shield|coffin|headstone|urn|cigarette|syringe|pill|blood|beer|wine|sake|cocktail|champagne|bottle with|tumbler|clinking|tropical drink|church|mosque|synagogue|temple|kaaba|shrine|prayer|rosary|menorah|cross|map|o’clock|thirty|globe|banknote|moai|Statue|Tokyo|crossed|chains|military|firecracker|thread|nazar|hamsa|razor|underwear|briefs|bikini|condom|toilet|plunger|cockroach|worm|microbe|casino|slot machine|prohibited|newspaper|ID|ballot|receipt|identification|moyai|moon face|sun with face|axe|bow and arrow|poo|mouse trap|convenience store|department store|love hotel|hotel|post office|bank|hospital", RegexOptions.IgnoreCase)]
    private static partial Regex UnwantedPattern();
}
