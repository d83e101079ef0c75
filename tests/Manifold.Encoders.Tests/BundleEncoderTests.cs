using NetVips;

namespace Manifold.Encoders.Tests;

public sealed class BundleEncoderTests
{
    [Fact]
    public void EncodeTexts_MoreThanABatch_GivesUnitVectorsInOrder()
    {
        using var folder = new TestBundle();
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder), new EncoderOptions { MaxBatchSize = 4 });
        string[] texts = [.. Enumerable.Range(0, 11).Select(i => $"text number {i} {new string('x', i)}")];
        float[][] vectors = encoder.EncodeTexts(texts);
        Assert.Equal(11, vectors.Length);
        var tokenizer = new HashedNgramTokenizer(new HashedNgramOptions { Buckets = TestBundle.Buckets }, 32);
        for (int i = 0; i < texts.Length; i++)
        {
            double[] sum = new double[3];
            foreach (TokenWeight token in tokenizer.Tokenize(texts[i]))
                sum[token.Id % 3] += token.Weight;
            double norm = Math.Sqrt(sum.Sum(s => s * s));
            Assert.Equal(sum.Select(s => s / norm), vectors[i].Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public void EncodeImages_ColouredPictures_GivesTheirColoursAsUnitVectors()
    {
        using var folder = new TestBundle();
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder));
        using Image green = TestImages.Rgb([0, 255, 0], 1, 1, 3);
        using Image grey = TestImages.Rgb([128, 128, 128], 1, 1, 3);
        float[][] vectors = encoder.EncodeImages([green.PngsaveBuffer(), grey.WebpsaveBuffer(lossless: true)]);
        Assert.Equal([0, 1, 0], vectors[0]);
        Assert.All(vectors[1], v => Assert.Equal(1 / Math.Sqrt(3), v, 1e-5));
    }

    [Fact]
    public void EncodeImages_PictureWithoutDirection_IsRefusedAndNotGivenAsNaN()
    {
        using var folder = new TestBundle();
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder));
        using Image black = TestImages.Rgb([0, 0, 0], 1, 1, 3);
        InvalidContentException e = Assert.Throws<InvalidContentException>(() => encoder.EncodeImages([black.PngsaveBuffer()]));
        Assert.Contains("'tests'", e.Message);
    }

    [Fact]
    public void EncodeTexts_ModelThatGivesNaN_IsRefused()
    {
        float[][] table = TestBundle.Table(3);
        table[0] = [float.NaN, 0, 0];
        using var folder = new TestBundle(textModel: OnnxFile.Text(table), change: m => m with
        {
            Towers = m.Towers with { Text = m.Towers.Text! with { Tokenizer = new HashedNgramOptions { Buckets = 1 } } },
        });
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder));
        Assert.Throws<InvalidContentException>(() => encoder.EncodeTexts(["cat"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("?!")]
    public void EncodeTexts_NothingToEncode_NamesTheItem(string text)
    {
        using var folder = new TestBundle();
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder));
        Assert.StartsWith("Item 1: The text", Assert.Throws<InvalidContentException>(() => encoder.EncodeTexts(["good", text])).Message);
    }

    [Fact]
    public void EncodeTexts_LongerThanTheLimit_NamesBothLengths()
    {
        using var folder = new TestBundle();
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder), new EncoderOptions { MaxTextLength = 10 });
        Assert.Single(encoder.EncodeTexts([new string('a', 10)]));
        string message = Assert.Throws<InvalidContentException>(() => encoder.EncodeTexts([new string('a', 11)])).Message;
        Assert.Contains("11", message);
        Assert.Contains("10", message);
    }

    [Fact]
    public void EncodeImages_BundleWithoutImageTower_SaysWhatItHas()
    {
        using var folder = new TestBundle(change: m => m with { Towers = m.Towers with { Image = null } });
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder));
        Assert.Contains("it encodes texts", Assert.Throws<UnknownBundleException>(() => encoder.EncodeImages([new byte[1]])).Message);
    }

    [Fact]
    public void Load_OutputOfAnotherDimension_NamesFileAndShape()
    {
        using var folder = new TestBundle(textModel: OnnxFile.Text(TestBundle.Table(5)));
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(folder.Folder)));
        Assert.Equal((Path.Combine(folder.Folder, "text.onnx"), "towers.text.output"), (e.Path, e.Key));
        Assert.Contains("[2 × 5]", e.Message);
    }

    [Fact]
    public void Load_NamesThatTheModelDoesNotHave_NamesThoseThatItHas()
    {
        using var folder = new TestBundle(change: m => m with
        {
            Towers = m.Towers with { Image = m.Towers.Image! with { Inputs = new ImageTowerInputs { Pixels = "picture" } } },
        });
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(folder.Folder)));
        Assert.Equal("towers.image.inputs.pixels", e.Key);
        Assert.Contains("'pixels' float32", e.Message);

        using var other = new TestBundle(change: m => m with { Towers = m.Towers with { Text = m.Towers.Text! with { Output = "vector" } } });
        e = Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(other.Folder)));
        Assert.Equal("towers.text.output", e.Key);
        Assert.Contains("'embedding' float32", e.Message);
    }

    [Fact]
    public void Load_PicturesOfAnotherSizeThanTheModelTakes_IsTheBundlesFault()
    {
        using var folder = new TestBundle(imageModel: OnnxFile.Image(16, 16));
        Assert.Equal("towers.image.inputs", Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(folder.Folder))).Key);
    }

    [Fact]
    public void Load_TableSmallerThanTheBuckets_IsTheBundlesFault()
    {
        using var folder = new TestBundle(textModel: OnnxFile.Text(TestBundle.Table(3)[..10]));
        Assert.Equal("towers.text.inputs", Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(folder.Folder))).Key);
    }

    [Fact]
    public void Load_FileThatIsNoModel_IsTheBundlesFault()
    {
        using var folder = new TestBundle(textModel: "not a model"u8.ToArray());
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(folder.Folder)));
        Assert.Equal("towers.text.model", e.Key);
    }

    [Fact]
    public void Load_CudaWhereThereIsNone_SaysHowToGetIt()
    {
        Assert.SkipWhen(OnnxDevice.Providers().Contains(OnnxDevice.CudaProvider), "this build has CUDA");
        using var folder = new TestBundle();
        DeviceUnavailableException e = Assert.Throws<DeviceUnavailableException>(
            () => new BundleEncoder(Bundle.Load(folder.Folder), new EncoderOptions { Device = EncoderDevice.Cuda }));
        Assert.Contains("Manifold:Encoders:Device", e.Message);
        Assert.Contains("-p:OnnxRuntime=Gpu", e.Message);
    }
}
