using System.Text.Json;

namespace Manifold.Training.Tests;

public sealed class EvaluatorTests
{
    private static readonly HeldOutItem[] Items =
    [
        Item("a", SplitPart.Dev, "A cat."), Item("b", SplitPart.Dev, "A cat."), Item("c", SplitPart.Dev, "A dog."), Item("d", SplitPart.Reserved, "A fish."),
    ];

    [Fact]
    public void TextToImage_TakesQueriesOfThePartAndTheGalleryOfBoth()
    {
        var test = RetrievalTests.TextToImage("A.t2i.en", Items, new HashSet<SplitPart> { SplitPart.Dev }, "en")!;
        Assert.Equal(["A cat.", "A dog."], test.Queries.Select(query => query.Text));
        Assert.Equal(4, test.Gallery.Count);
        Assert.Equal([0, 1], test.Right[0]);
        Assert.Null(RetrievalTests.TextToImage("A.t2i.zh", Items, new HashSet<SplitPart> { SplitPart.Dev }, "zh"));
    }

    [Fact]
    public void ImageToText_HasEachCaptionOnce()
    {
        var test = RetrievalTests.ImageToText("A.i2t.en", Items, new HashSet<SplitPart> { SplitPart.Dev }, "en")!;
        Assert.Equal(3, test.Queries.Count);
        Assert.Equal(["A cat.", "A dog.", "A fish."], test.Gallery.Select(item => item.Text));
        Assert.Equal([0, 0, 1], test.Right.Select(right => right[0]));
    }

    [Fact]
    public void Run_WritesTheDocumentedJson()
    {
        var parts = new HashSet<SplitPart> { SplitPart.Dev };
        var report = Evaluator.Run([RetrievalTests.TextToImage("A.t2i.en", Items, parts, "en")!, RetrievalTests.ImageToText("A.i2t.en", Items, parts, "en")!], new Oracle());
        using var json = JsonDocument.Parse(report.ToJson());
        var tests = json.RootElement.GetProperty("tests").EnumerateArray().ToArray();
        Assert.Equal(["A.t2i.en", "A.i2t.en"], tests.Select(test => test.GetProperty("test").GetString()));
        string[] keys = ["test", "queries", "gallery", "chance_r10", "r1", "r5", "r10", "r10_low", "r10_high", "median_rank", "map"];
        Assert.All(tests, test => Assert.Equal(keys, test.EnumerateObject().Select(property => property.Name)));
        Assert.All(tests, test => Assert.Equal((1, 1), (test.GetProperty("r1").GetDouble(), test.GetProperty("map").GetDouble())));
        var table = new StringWriter();
        report.WriteTable(table);
        Assert.Contains("A.t2i.en", table.ToString(), StringComparison.Ordinal);
    }

    private static HeldOutItem Item(string key, SplitPart part, string caption) =>
        new(key, new Picture(PictureSource.Stamps, key, null), part, true, new Dictionary<string, string> { ["en"] = caption });

    // Knows the caption of each picture.
    private sealed class Oracle : IProbeEncoder
    {
        private static readonly string[] Captions = ["A cat.", "A dog.", "A fish."];

        public IReadOnlyList<float[]> EncodeTexts(IReadOnlyList<string> texts) => [.. texts.Select(VectorOf)];

        public IReadOnlyList<float[]> EncodePictures(IReadOnlyList<Picture> pictures) =>
            [.. pictures.Select(picture => VectorOf(Items.Single(item => item.Key == picture.Id).Captions["en"]))];

        private static float[] VectorOf(string caption) => [.. Captions.Select(own => own == caption ? 1f : 0f)];
    }
}
