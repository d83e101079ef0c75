namespace Manifold.Training;

/// <summary>The project's own corpus as concepts: the training part of the permissive sources, measured on the dev queries of docs/evaluation.md.</summary>
internal static class CorpusTrainingData
{
    // What the bars and the choice of a model look at: all of asking in words, and each other direction once.
    private static readonly string[] DevTests =
    [
        "A.t2i.en", "A.t2i.zh", "A.t2i.fr", "A.t2i.es", "A.i2t.en", "B.t2i.en", "B.t2i.zh", "B.t2i.fr", "B.t2i.es", "B.i2t.en",
        "C.t2i.en", "C.t2i.zh", "C.t2i.fr", "C.t2i.es", "C.i2t.en", "D.t2i.en", "D.i2t.en", "B.i2i", "C.i2i",
    ];

    /// <summary>Reads it.</summary>
    /// <param name="corpus">The data cache.</param>
    /// <param name="config">Locales and weights.</param>
    /// <exception cref="InvalidDataException">A locale is not in the corpus.</exception>
    public static TrainingData Read(Corpus corpus, DataConfig config)
    {
        if (config.Locales.FirstOrDefault(locale => !EmojiCatalog.Locales.Contains(locale)) is { } unknown)
            throw new InvalidDataException($"data.locales: '{unknown}' is not a locale of the corpus; those there are {string.Join(", ", EmojiCatalog.Locales)}.");
        var pictures = TrainingSet.Load(corpus, config.Locales, config.TagsWeight, config.TagsAloneWeight, clipArtWeight: 1);
        var concepts = pictures
            .GroupBy(item => KeyOf(corpus, item))
            .Select(group => new TrainingConcept(group.Key, [.. group]))
            .Where(concept => config.ClipArtShare > 0 || concept.Pictures.Any(IsEmoji))
            .ToArray();
        var tests = EvaluationSuite.Build(corpus, new HashSet<SplitPart> { SplitPart.Dev }).Where(test => DevTests.Contains(test.Name));
        return new TrainingData(concepts, [.. tests], []);
    }

    /// <summary>Whether a picture is an emoji's and not a clip art's.</summary>
    public static bool IsEmoji(CaptionedPicture item) => item.Picture.Source != PictureSource.Openclipart;

    // A clip art that is called as an emoji is, is another picture of the same thing.
    private static string KeyOf(Corpus corpus, CaptionedPicture item) =>
        (IsEmoji(item) ? corpus.Emoji.ByCode[item.Picture.Id].Labels["en"] : item.Captions[0].Text).ToLowerInvariant();
}
