namespace Manifold.Training.Tests;

public sealed class SourceReadersTests
{
    [Fact]
    public void ParseCaptions_TakesTheFirstLineAndTheLocales()
    {
        var captions = Stamps.ParseCaptions(["A frog. ", "fr.utf8=Une grenouille.", "zh_CN.utf8=青蛙。", "zh_TW.utf8=蛙", "es_MX.utf8=no", "es.utf8=Una rana.", "es.utf8="]);
        Assert.Equal(["en", "es", "fr", "zh"], captions.Keys.Order());
        Assert.Equal(("A frog.", "青蛙。"), (captions["en"], captions["zh"]));
    }

    [Fact]
    public void ParseMetadata_ReadsTitleAndKeywords_NotTheAuthors()
    {
        var (title, keywords) = Openclipart.ParseMetadata(
            """
            <svg><metadata><rdf:RDF><cc:Work>
              <dc:publisher><cc:Agent><dc:title>Library</dc:title></cc:Agent></dc:publisher>
              <dc:title>Owl on
                Branch &amp; Tree</dc:title>
              <dc:subject><rdf:Bag><rdf:li>bird</rdf:li><rdf:li> </rdf:li><rdf:li>owl</rdf:li></rdf:Bag></dc:subject>
            </cc:Work></rdf:RDF></metadata><g>not closed</svg>
            """);
        Assert.Equal("Owl on Branch & Tree", title);
        Assert.Equal(["bird", "owl"], keywords);
        Assert.Equal(("", 0), (Openclipart.ParseMetadata("<svg/>").Title, Openclipart.ParseMetadata("<svg/>").Keywords.Count));
    }

    [Theory]
    [InlineData("1f441-fe0f-200d-1f5e8-fe0f", "1F441-200D-1F5E8")]
    [InlineData("2708", "2708")]
    public void NormaliseCode_DropsVariationSelectors(string code, string expected) => Assert.Equal(expected, EmojiCatalog.NormaliseCode(code));

    [Fact]
    public void IsSkinToneVariant_IsAboutModifiersAfterTheFirst()
    {
        Assert.True(EmojiCatalog.IsSkinToneVariant("1f44b-1f3fd"));
        Assert.False(EmojiCatalog.IsSkinToneVariant("1f3fd"));
    }

    [Fact]
    public void Slug_KeepsLettersAndDigits() => Assert.Equal("piata2nd", IconNames.Slug("Piñata_2nd!"));

    [Fact]
    public void Check_RefusesStampsAndTheHeldOutStyle()
    {
        foreach (var source in (PictureSource[])[PictureSource.Stamps, PictureSource.OpenMoji])
            Assert.Throws<InvalidOperationException>(() => TrainingSet.Check([new CaptionedPicture(new Picture(source, "x", null), [])]));
    }

    [Fact]
    public void Open_WithoutData_NamesTheFetcher()
    {
        string folder = Directory.CreateTempSubdirectory("manifold-data-").FullName;
        var error = Assert.Throws<DataNotFetchedException>(() => DataCache.Open(folder));
        Assert.Contains("data/fetch.sh", error.Message, StringComparison.Ordinal);
        Assert.Contains("openmoji", error.Message, StringComparison.Ordinal);
        Directory.Delete(folder);
    }
}
