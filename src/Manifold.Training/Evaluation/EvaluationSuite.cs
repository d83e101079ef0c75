namespace Manifold.Training;

/// <summary>The tests A, B, C and D of docs/evaluation.md, of texts and pictures.</summary>
public static class EvaluationSuite
{
    /// <summary>The languages of the queries.</summary>
    public static readonly IReadOnlyList<string> Languages = ["en", "zh", "fr", "es"];

    /// <summary>Builds every test whose queries are in <paramref name="parts"/>.</summary>
    public static IReadOnlyList<RetrievalTest> Build(Corpus corpus, IReadOnlySet<SplitPart> parts)
    {
        var tests = new List<RetrievalTest?>();
        var stamps = StampItems(corpus);
        var unseen = EmojiItems(corpus, PictureSource.Noto, seen: false);
        var unseenOpenMoji = EmojiItems(corpus, PictureSource.OpenMoji, seen: false);
        var seen = EmojiItems(corpus, PictureSource.OpenMoji, seen: true);
        var seenNoto = EmojiItems(corpus, PictureSource.Noto, seen: true);
        foreach (bool plain in (bool[])[true, false])
        {
            string suffix = plain ? "" : ".all";
            HeldOutItem[] Only(IReadOnlyList<HeldOutItem> items) => [.. items.Where(item => !plain || item.IsPlain)];
            foreach (var (test, items) in (ReadOnlySpan<(string, HeldOutItem[])>)[("A", Only(stamps)), ("B", Only(unseen)), ("C", Only(seen))])
            {
                foreach (string language in Languages)
                {
                    tests.Add(RetrievalTests.TextToImage($"{test}.t2i.{language}{suffix}", items, parts, language));
                    tests.Add(RetrievalTests.ImageToText($"{test}.i2t.{language}{suffix}", items, parts, language));
                }
            }

            tests.Add(RetrievalTests.ImageToImage("B.i2i" + suffix, Only(unseenOpenMoji), Only(unseen), parts));
            tests.Add(RetrievalTests.ImageToImage("C.i2i" + suffix, Only(seen), Only(seenNoto), parts));
        }

        var art = ClipArtItems(corpus);
        tests.Add(RetrievalTests.TextToImage("D.t2i.en", art, parts, "en"));
        tests.Add(RetrievalTests.ImageToText("D.i2t.en", art, parts, "en"));
        return [.. tests.OfType<RetrievalTest>()];
    }

    /// <summary>What the tests search, by their letters: the plain pictures of dev and reserved together.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<HeldOutItem>> Galleries(Corpus corpus) => new Dictionary<string, IReadOnlyList<HeldOutItem>>
    {
        ["A"] = [.. StampItems(corpus).Where(item => item.IsPlain)],
        ["B"] = [.. EmojiItems(corpus, PictureSource.Noto, seen: false).Where(item => item.IsPlain)],
        ["C"] = [.. EmojiItems(corpus, PictureSource.OpenMoji, seen: true).Where(item => item.IsPlain)],
        ["D"] = ClipArtItems(corpus),
    };

    /// <summary>The held-out stamps: test A.</summary>
    public static IReadOnlyList<HeldOutItem> StampItems(Corpus corpus)
    {
        var parts = corpus.StampParts;
        return [.. corpus.StampsForEvaluation
            .Where(stamp => parts[stamp.Id] != SplitPart.Train)
            .Select(stamp => new HeldOutItem(stamp.Id, stamp.Picture, parts[stamp.Id], stamp.IsPlain, stamp.Captions))];
    }

    /// <summary>Emoji of one style: the held-out concepts (test B) or the training concepts under their own rule (test C).</summary>
    public static IReadOnlyList<HeldOutItem> EmojiItems(Corpus corpus, PictureSource style, bool seen) =>
        [.. corpus.Style(style)
            .Where(pair => (corpus.EmojiParts[pair.Key] == SplitPart.Train) == seen)
            .Select(pair => new HeldOutItem(
                pair.Key, pair.Value, seen ? SplitRules.SplitSeenConcept(pair.Key) : corpus.EmojiParts[pair.Key],
                corpus.Emoji.ByCode[pair.Key].IsPlain, corpus.Emoji.ByCode[pair.Key].Labels))];

    /// <summary>The held-out clip art: test D.</summary>
    public static IReadOnlyList<HeldOutItem> ClipArtItems(Corpus corpus) =>
        [.. corpus.ClipArt
            .Where(art => art.Part != SplitPart.Train)
            .Select(art => new HeldOutItem(art.Id, art.Picture, art.Part, true, new Dictionary<string, string> { ["en"] = art.Title }))];
}
