namespace Manifold.Training;

/// <summary>The training part of the permissive sources. Stamps (GPL-2) and OpenMoji (the held-out style) are refused by construction.</summary>
public static class TrainingSet
{
    private static readonly HashSet<PictureSource> Refused = [PictureSource.Stamps, PictureSource.OpenMoji];

    /// <summary>
    /// The pictures with captions in <see cref="EmojiCatalog.Locales"/>: for an emoji the label, and label with tags, of each locale; for a clip art
    /// the title, and title with keywords. A concept in dev or reserved is left out in every style and language.
    /// </summary>
    public static IReadOnlyList<CaptionedPicture> Load(Corpus corpus, CcaOptions options)
    {
        var set = new List<CaptionedPicture>();
        foreach (var style in EmojiPictures.TrainingStyles)
        {
            foreach (var (code, picture) in corpus.Style(style))
            {
                if (corpus.EmojiParts[code] == SplitPart.Train)
                    set.Add(new CaptionedPicture(picture, EmojiCaptions(corpus.Emoji.ByCode[code], options.TagsWeight)));
            }
        }

        // Keywords tell apart pictures of one title, so a title may be on both sides of the split: such pictures are not trained on.
        var heldOut = corpus.ClipArt.Where(art => art.Part != SplitPart.Train).Select(art => art.Title).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var art in corpus.ClipArt)
        {
            if (!heldOut.Contains(art.Title))
                set.Add(new CaptionedPicture(art.Picture, ClipArtCaptions(art, options)));
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

    private static List<(string, double)> EmojiCaptions(Emoji emoji, double tagsWeight)
    {
        var captions = new List<(string, double)>();
        foreach (string locale in EmojiCatalog.Locales)
        {
            if (!emoji.Labels.TryGetValue(locale, out string? label))
                continue;
            captions.Add((label, 1));
            if (tagsWeight > 0 && emoji.Tags.TryGetValue(locale, out var tags) && tags.Count > 0)
                captions.Add(($"{label} {string.Join(", ", tags)}", tagsWeight));
        }

        return captions;
    }

    private static List<(string, double)> ClipArtCaptions(ClipArt art, CcaOptions options)
    {
        var captions = new List<(string, double)> { (art.Title, options.ClipArtWeight) };
        if (options.TagsWeight > 0 && art.Keywords.Count > 0)
            captions.Add(($"{art.Title} {string.Join(", ", art.Keywords)}", options.ClipArtWeight * options.TagsWeight));
        return captions;
    }
}
