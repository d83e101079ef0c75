namespace Manifold.Training;

/// <summary>The training part of the permissive sources. Stamps (GPL-2) and OpenMoji (the held-out style) are refused by construction.</summary>
public static class TrainingSet
{
    private static readonly HashSet<PictureSource> Refused = [PictureSource.Stamps, PictureSource.OpenMoji];

    /// <summary>
    /// The pictures with captions in <see cref="EmojiCatalog.Locales"/>: for an emoji the label, and label with tags, of each locale; for a clip art
    /// the title, and title with keywords. A concept in dev or reserved is left out in every style and language.
    /// </summary>
    public static IReadOnlyList<CaptionedPicture> Load(Corpus corpus, CcaOptions options) =>
        Load(corpus, EmojiCatalog.Locales, options.TagsWeight, tagsAloneWeight: 0, options.ClipArtWeight);

    /// <summary>The same, with captions in <paramref name="locales"/>.</summary>
    /// <param name="corpus">The data.</param>
    /// <param name="locales">Some of <see cref="EmojiCatalog.Locales"/>.</param>
    /// <param name="tagsWeight">Weight of a caption with tags or keywords beside the bare one; 0 leaves them out.</param>
    /// <param name="tagsAloneWeight">Weight of a caption of tags or keywords only; 0 leaves them out.</param>
    /// <param name="clipArtWeight">Weight of a clip art's captions beside an emoji's.</param>
    public static IReadOnlyList<CaptionedPicture> Load(Corpus corpus, IReadOnlyList<string> locales, double tagsWeight, double tagsAloneWeight, double clipArtWeight)
    {
        var set = new List<CaptionedPicture>();
        foreach (var style in EmojiPictures.TrainingStyles)
        {
            foreach (var (code, picture) in corpus.Style(style))
            {
                if (corpus.EmojiParts[code] == SplitPart.Train)
                    set.Add(new CaptionedPicture(picture, EmojiCaptions(corpus.Emoji.ByCode[code], locales, tagsWeight, tagsAloneWeight)));
            }
        }

        // Keywords tell apart pictures of one title, so a title may be on both sides of the split: such pictures are not trained on.
        var heldOut = corpus.ClipArt.Where(art => art.Part != SplitPart.Train).Select(art => art.Title).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var art in corpus.ClipArt)
        {
            if (!heldOut.Contains(art.Title))
                set.Add(new CaptionedPicture(art.Picture, ClipArtCaptions(art, tagsWeight, tagsAloneWeight, clipArtWeight)));
        }

        Check(set);
        return set;
    }

    /// <summary>Refuses sources that no bundle may learn from.</summary>
    /// <exception cref="InvalidOperationException">A picture is of such a source.</exception>
    public static void Check(IEnumerable<CaptionedPicture> set)
    {
        if (set.FirstOrDefault(item => Refused.Contains(item.Picture.Source)) is { } wrong)
            throw new InvalidOperationException($"{wrong.Picture.Source} picture '{wrong.Picture.Id}' is for evaluation only and must not be trained on.");
    }

    private static List<(string, double)> EmojiCaptions(Emoji emoji, IReadOnlyList<string> locales, double tagsWeight, double tagsAloneWeight)
    {
        var captions = new List<(string, double)>();
        foreach (string locale in locales)
        {
            if (!emoji.Labels.TryGetValue(locale, out string? label))
                continue;
            captions.Add((label, 1));
            if (emoji.Tags.TryGetValue(locale, out var tags))
                AddTags(captions, label, tags, tagsWeight, tagsAloneWeight);
        }

        return captions;
    }

    private static List<(string, double)> ClipArtCaptions(ClipArt art, double tagsWeight, double tagsAloneWeight, double weight)
    {
        var captions = new List<(string, double)> { (art.Title, weight) };
        AddTags(captions, art.Title, art.Keywords, weight * tagsWeight, weight * tagsAloneWeight);
        return captions;
    }

    /// <summary>Adds a caption with tags, and one of the tags alone, where their weights are over 0.</summary>
    internal static void AddTags(List<(string, double)> captions, string label, IReadOnlyList<string> tags, double tagsWeight, double tagsAloneWeight)
    {
        if (tags.Count == 0)
            return;
        string joined = string.Join(", ", tags);
        if (tagsWeight > 0)
            captions.Add(($"{label} {joined}", tagsWeight));
        if (tagsAloneWeight > 0)
            captions.Add((joined, tagsAloneWeight));
    }
}
