namespace Manifold.Training.Tests;

public sealed class QueryFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static IReadOnlyDictionary<string, IReadOnlyList<HeldOutItem>> Galleries { get; } = new Dictionary<string, IReadOnlyList<HeldOutItem>>
    {
        ["B"] = [Item("1F427"), Item("1F98B")],
        ["D"] = [Item("animals/cat"), Item("animals/dog"), Item("food/egg")],
    };

    [Fact]
    public void Read_OfSeveralGalleriesAndLanguages_IsATestEach()
    {
        var tests = Read("# queries by hand", "a bird in black and white\ten\t1F427", "", "un animal\tfr\tanimals/cat\tanimals/dog", "breakfast\ten\tfood/egg", "a pet\ten\tanimals/dog");
        Assert.Equal(["queries.B.en", "queries.D.en", "queries.D.fr"], tests.Select(test => test.Name));
        Assert.Equal(["breakfast", "a pet"], tests[1].Queries.Select(query => query.Text));
        Assert.Equal([[2], [1]], tests[1].Right);
        Assert.Equal([[0, 1]], tests[2].Right);
        Assert.Equal(["animals/cat", "animals/dog", "food/egg"], tests[2].Gallery.Select(probe => probe.Picture!.Id));
    }

    [Fact]
    public void Read_OfWrongLines_TellsAllOfThemWithTheirPlaces()
    {
        var error = Assert.Throws<InvalidDataException>(() => Read("only a query", "good\ten\t1F427", "unknown\ten\t1F999", "mixed\ten\t1F427\tfood/egg", "no id\ten\t"));
        string[] lines = error.Message.Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Contains("queries.tsv:1: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("queries.tsv:3: no gallery has 1F999", lines[1], StringComparison.Ordinal);
        Assert.Contains("queries.tsv:4: the ids are of several galleries", lines[2], StringComparison.Ordinal);
        Assert.Contains("queries.tsv:5: ", lines[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but this")]
    public void Read_OfNothing_SaysSo(string line) => Assert.Contains("has no query", Assert.Throws<InvalidDataException>(() => Read(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_OfAMissingFile_NamesIt() =>
        Assert.Contains("nowhere.tsv is not there", Assert.Throws<InvalidDataException>(() => QueryFile.Read(_folder.Of("nowhere.tsv"), Galleries)).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<RetrievalTest> Read(params string[] lines)
    {
        File.WriteAllLines(_folder.Of("queries.tsv"), lines);
        return QueryFile.Read(_folder.Of("queries.tsv"), Galleries);
    }

    private static HeldOutItem Item(string key) => new(key, new Picture(PictureSource.Own, key, $"{key}.png"), SplitPart.Dev, true, new Dictionary<string, string>());
}
