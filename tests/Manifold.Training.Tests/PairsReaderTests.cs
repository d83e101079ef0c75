namespace Manifold.Training.Tests;

/// <summary>Users' own pairs, good and bad.</summary>
public sealed class PairsReaderTests : IDisposable
{
    private static readonly DataConfig Config = new() { Validation = 0 };
    private readonly TemporaryFolder _folder = new();

    public PairsReaderTests()
    {
        foreach (string name in (string[])["a.png", "b.png", "c.png"])
            File.Copy(TrainingSamples.Take(3).Concepts[name[0] - 'a'].Pictures[0].Picture.Path!, _folder.Of(name));
    }

    [Fact]
    public void Read_OfTheSamples_TakesThemAll()
    {
        var data = PairsReader.Read(RepositoryFolder.Of("samples"), new DataConfig());
        Assert.Empty(data.Skipped);
        Assert.Equal(["val.t2i", "val.i2t"], data.Tests.Select(test => test.Name));
        Assert.Equal(535, data.Concepts.Sum(concept => concept.Pictures.Count) + data.Tests[0].Gallery.Count);
        var trained = data.Concepts.SelectMany(concept => concept.Pictures).Select(item => item.Picture).ToHashSet();
        Assert.DoesNotContain(data.Tests[0].Gallery, probe => trained.Contains(probe.Picture!));
    }

    [Fact]
    public void Read_OfAllKindsOfCaptions_TakesEach()
    {
        var data = PairsReader.Read(
            List(
                """{"image":"a.png","caption":"one","captions":["two","one"],"caption_zh":"三","tags":["x","y"],"year":2024}""",
                """{"image":"b.png","captions":{"en":"four","fr":"cinq"},"concept":"own"}"""),
            Config with { TagsAloneWeight = 0.25 });
        Assert.Equal(["one", "own"], data.Concepts.Select(concept => concept.Key));
        Assert.Equal([("one", 1.0), ("two", 1.0), ("三", 1.0), ("one x, y", 0.5), ("x, y", 0.25)], data.Concepts[0].Pictures[0].Captions);
        Assert.Equal([("four", 1.0), ("cinq", 1.0)], data.Concepts[1].Pictures[0].Captions);
    }

    [Fact]
    public void Read_OfEqualFirstCaptions_IsOneConcept()
    {
        var data = PairsReader.Read(List("""{"image":"a.png","caption":"A Cat"}""", """{"image":"b.png","caption":" a cat"}""", """{"image":"c.png","caption":"dog"}"""), Config);
        Assert.Equal([("a cat", 2), ("dog", 1)], data.Concepts.Select(concept => (concept.Key, concept.Pictures.Count)));
    }

    [Theory]
    [InlineData("not json", "the line is not JSON")]
    [InlineData("[1]", "the line is not a JSON object")]
    [InlineData("""{"caption":"x"}""", "there is no 'image'")]
    [InlineData("""{"image":5,"caption":"x"}""", "there is no 'image'")]
    [InlineData("""{"image":"a.png"}""", "there is no 'caption'")]
    [InlineData("""{"image":"a.png","caption":"  "}""", "the caption is empty")]
    [InlineData("""{"image":"a.png","captions":[]}""", "the caption is empty")]
    [InlineData("""{"image":"nowhere.png","caption":"x"}""", "nowhere.png is not there")]
    [InlineData("""{"image":"broken.png","caption":"x"}""", "broken.png: ")]
    [InlineData("""{"image":"empty.png","caption":"x"}""", "empty.png: ")]
    public void Read_OfABadLine_SkipsItWithPlaceAndReason(string line, string reason)
    {
        File.WriteAllBytes(_folder.Of("broken.png"), File.ReadAllBytes(_folder.Of("a.png"))[..60]);
        File.WriteAllBytes(_folder.Of("empty.png"), []);
        string path = List("""{"image":"a.png","caption":"one"}""", line, """{"image":"b.png","caption":"two"}""");
        var data = PairsReader.Read(path, Config);
        Assert.Equal(["one", "two"], data.Concepts.Select(concept => concept.Key));
        var skipped = Assert.Single(data.Skipped);
        Assert.Equal($"{path}:2", skipped.Place);
        Assert.Contains(reason, skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAFolder_TakesPicturesWithTheTextBesideThem()
    {
        File.WriteAllText(_folder.Of("a.txt"), "one\n\n another\n");
        File.WriteAllText(_folder.Of("b.txt"), " \n");
        Directory.CreateDirectory(_folder.Of("deep"));
        File.Copy(_folder.Of("b.png"), _folder.Of("deep/d.PNG"));
        File.WriteAllText(_folder.Of("deep/d.txt"), "four");
        Directory.CreateSymbolicLink(_folder.Of("deep/loop"), _folder.Path);
        var data = PairsReader.Read(_folder.Path, Config);
        Assert.Equal(["one", "four"], data.Concepts.Select(concept => concept.Key));
        Assert.Equal([("one", 1.0), ("another", 1.0)], data.Concepts[0].Pictures[0].Captions);
        Assert.Equal([(_folder.Of("c.png"), "there is no c.txt with its caption beside it"), (_folder.Of("b.txt"), "the caption is empty")], data.Skipped.Select(pair => (pair.Place, pair.Reason)).OrderByDescending(pair => pair.Item1));
    }

    [Fact]
    public void Read_OfWhatIsNotThere_NamesIt()
    {
        var error = Assert.Throws<InvalidDataException>(() => PairsReader.Read(_folder.Of("nowhere"), Config));
        Assert.Contains(_folder.Of("nowhere"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfOnePairOnly_SaysWhatIsNeeded()
    {
        var error = Assert.Throws<InvalidDataException>(() => PairsReader.Read(List("""{"image":"a.png","caption":"one"}""", """{"image":"b.png","caption":""}"""), Config));
        Assert.Contains("contrastive learning needs at least 2", error.Message, StringComparison.Ordinal);
        Assert.Contains(":2: the caption is empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfNothingUsable_SaysSo()
    {
        var error = Assert.Throws<InvalidDataException>(() => PairsReader.Read(List("{}", "nonsense"), Config));
        Assert.Contains("no pair that can be used (2 skipped)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfStamps_IsRefusedUnlessAllowed()
    {
        Directory.CreateDirectory(_folder.Of("tuxpaint-stamps-default"));
        File.Copy(_folder.Of("c.png"), _folder.Of("tuxpaint-stamps-default/c.png"));
        string path = List("""{"image":"a.png","caption":"one"}""", """{"image":"tuxpaint-stamps-default/c.png","caption":"two"}""");
        var error = Assert.Throws<InvalidDataException>(() => PairsReader.Read(path, Config));
        Assert.Contains("data.allow_gpl: true", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{path}:2", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, PairsReader.Read(path, Config with { AllowGpl = true }).Concepts.Count);
    }

    public void Dispose() => _folder.Dispose();

    private string List(params string[] lines)
    {
        File.WriteAllLines(_folder.Of("pairs.jsonl"), lines);
        return _folder.Of("pairs.jsonl");
    }
}
