namespace Manifold.Training;

/// <summary>Short captions as text items, and the pictures that the demo asks with.</summary>
public static class SampleTexts
{
    private static readonly string[] Concepts =
        ["1F427", "1F98B", "1F418", "1F34E", "1F355", "1F697", "1F6B2", "1F3B8", "1F511", "1F333", "1F308", "1F3E0", "1F419", "1F692"];

    private static readonly string[] Languages = ["en", "zh", "fr"];

    /// <summary>The labels of a few concepts in English, Chinese and French.</summary>
    public static IEnumerable<SampleText> Choose(Corpus corpus) =>
        from code in Concepts
        from language in Languages
        let emoji = corpus.Emoji.ByCode[code]
        select new SampleText
        {
            Id = $"text-{code}-{language}",
            Text = emoji.Labels[language],
            Language = language,
            Category = EmojiCatalog.GroupNames[emoji.Group!.Value],
        };

    /// <summary>Pictures to ask with, none of which is an item: file name and picture. All are of the old Noto style (Apache-2.0).</summary>
    public static IEnumerable<(string FileName, Picture Picture)> Queries(Corpus corpus)
    {
        var noto = corpus.Style(PictureSource.NotoV1);
        yield return ("penguin.svg", noto["1F427"]);
        yield return ("guitar.svg", noto["1F3B8"]);
        yield return ("house.svg", noto["1F3E0"]);
    }
}
