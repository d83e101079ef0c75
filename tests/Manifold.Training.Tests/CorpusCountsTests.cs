namespace Manifold.Training.Tests;

/// <summary>The counts of docs/evaluation.md. They need the data cache (790 MB), which continuous integration does not fetch.</summary>
public sealed class CorpusCountsTests
{
    private static readonly HashSet<SplitPart> Both = [SplitPart.Dev, SplitPart.Reserved];

    [Fact]
    public void Corpus_OfTheFetchedData_HasTheDocumentedCounts()
    {
        var missing = DataCache.MissingPackages(DataCache.DefaultFolder);
        Assert.SkipWhen(missing.Count > 0, $"data not fetched: {DataCache.DefaultFolder} lacks {string.Join(", ", missing)}; run src/Manifold.Training/data/fetch.sh");
        var corpus = new Corpus(DataCache.Open());

        var stamps = EvaluationSuite.StampItems(corpus);
        var plain = stamps.Where(item => item.IsPlain).ToArray();
        Assert.Equal((87, 78), CountParts(plain));
        Assert.Equal(153, plain.Select(item => item.Captions["en"]).Distinct().Count());
        Assert.Equal(197, stamps.Count);
        Assert.Equal((949, 791), (corpus.StampsForEvaluation.Count, corpus.StampsForEvaluation.Count(stamp => stamp.IsPlain)));

        var noto = EvaluationSuite.EmojiItems(corpus, PictureSource.Noto, seen: false);
        var concepts = corpus.Emoji.ByCode.Values.Where(emoji => emoji.IsPlain && corpus.EmojiParts[emoji.Code] != SplitPart.Train).ToArray();
        Assert.Equal((123, 149), (concepts.Count(e => corpus.EmojiParts[e.Code] == SplitPart.Dev), concepts.Count(e => corpus.EmojiParts[e.Code] == SplitPart.Reserved)));
        Assert.Equal((1897, 1412), (corpus.Style(PictureSource.Noto).Count, corpus.Style(PictureSource.Noto).Keys.Count(code => corpus.Emoji.ByCode[code].IsPlain)));
        Assert.Equal((123, 148), CountParts([.. noto.Where(item => item.IsPlain)]));

        Assert.Equal((1916, 1429), (corpus.Style(PictureSource.OpenMoji).Count, corpus.Style(PictureSource.OpenMoji).Keys.Count(code => corpus.Emoji.ByCode[code].IsPlain)));
        var tests = EvaluationSuite.Build(corpus, Both).ToDictionary(test => test.Name);
        Assert.Equal(1162, tests["C.t2i.en"].Gallery.Count);
        Assert.Equal((1121, 1141), (tests["C.i2i"].Queries.Count, tests["C.i2i"].Gallery.Count));
        Assert.Equal((266, 271), (tests["B.i2i"].Queries.Count, tests["B.i2i"].Gallery.Count));
        Assert.Equal(278, tests["D.t2i.en"].Gallery.Count);

        // Nothing held out is trained on, in any style.
        var training = TrainingSet.Load(corpus, new CcaOptions());
        Assert.DoesNotContain(training, item => item.Picture.Source is PictureSource.Stamps or PictureSource.OpenMoji);
        Assert.DoesNotContain(training, item => item.Picture.Source != PictureSource.Openclipart && corpus.EmojiParts[item.Picture.Id] != SplitPart.Train);
        var heldOutArt = EvaluationSuite.ClipArtItems(corpus).Select(item => item.Key).ToHashSet();
        Assert.DoesNotContain(training, item => item.Picture.Source == PictureSource.Openclipart && heldOutArt.Contains(item.Picture.Id));
    }

    private static (int Dev, int Reserved) CountParts(IReadOnlyCollection<HeldOutItem> items) =>
        (items.Count(item => item.Part == SplitPart.Dev), items.Count(item => item.Part == SplitPart.Reserved));
}
