using NetVips;

namespace Manifold.Encoders.Tests;

public sealed class BundleImportTests
{
    [Fact]
    public void Run_Clip_GivesWhatItsFilesSay()
    {
        using TestModel model = TestModel.Clip();
        Bundle bundle = model.Import();
        BundleManifest manifest = bundle.Manifest;
        Assert.Equal(("tiny-clip", "fp32", TestModel.Dimension), (manifest.Name, manifest.Version, manifest.Dimension));
        Assert.Equal(Path.Combine(model.Library, "tiny-clip"), bundle.Folder);
        Assert.Equal(["text_model.onnx", "tokenizer.json", "vision_model.onnx"], manifest.Files.Keys.Order(StringComparer.Ordinal));
        TextTower text = manifest.Towers.Text!;
        Assert.Equal((77, TextLength.Variable, ClipVocabulary.End), (text.MaxTokens, text.Length, text.PadId));
        Assert.Equal(("input_ids", "attention_mask", null, "text_embeds"), (text.Inputs.Ids, text.Inputs.Mask, text.Inputs.Segments, text.Output));
        ImagePreprocessing image = manifest.Towers.Image!.Preprocessing;
        Assert.Equal((ImageFit.CenterCrop, 32, 32, 32, ResampleFilter.Bicubic, Resampler.Pillow), (image.Fit, image.ShortestEdge, image.Width, image.Height, image.Resample, image.Resampler));
        Assert.Equal([0.48145466, 0.4578275, 0.40821073], image.Mean);
    }

    [Fact]
    public void Run_Clip_EncodesAsTheGraphOnThePublishedIds()
    {
        using TestModel model = TestModel.Clip();
        using var encoder = new BundleEncoder(model.Import());
        float[][] vectors = encoder.EncodeTexts(["a photo of a cat", "Golden Retriever in SNOW", "x²"]);
        AssertSumOfRows([49406, 320, 1125, 539, 320, 2368, 49407], vectors[0]);
        AssertSumOfRows([49406, 3878, 28394, 530, 2583, 49407], vectors[1]);
        AssertSumOfRows([49406, 343, 41175, 49407], vectors[2]);

        using Image grey = TestImages.Rgb([51, 51, 51], 1, 1, 3);
        float[] expected = new float[TestModel.Dimension];
        float[][] matrix = TestModel.Random(3, 2);
        float[] pixels = [-1.0477428f, -0.98670093f, -0.75499642f];
        for (int d = 0; d < expected.Length; d++)
            expected[d] = (pixels[0] * matrix[0][d]) + (pixels[1] * matrix[1][d]) + (pixels[2] * matrix[2][d]);
        Assert.True(OnnxModel.TryNormalize(expected));
        Assert.Equal(expected, encoder.EncodeImages([grey.PngsaveBuffer()])[0], (a, b) => Math.Abs(a - b) < 1e-5f);

        static void AssertSumOfRows(int[] ids, float[] vector)
        {
            float[][] table = TestModel.Random(ClipVocabulary.Size, 1);
            float[] sum = [.. Enumerable.Range(0, TestModel.Dimension).Select(d => ids.Sum(id => table[id][d]))];
            Assert.True(OnnxModel.TryNormalize(sum));
            Assert.Equal(sum, vector, (a, b) => Math.Abs(a - b) < 1e-5f);
        }
    }

    [Fact]
    public void Run_HalfPrecision_IsNearTheSingleOne()
    {
        using TestModel model = TestModel.Clip();
        using var single = new BundleEncoder(model.Import());
        using var half = new BundleEncoder(model.Import("fp16", "half"));
        Assert.Equal("fp16", half.Manifest.Version);
        float[] a = single.EncodeTexts(["a photo of a cat"])[0], b = half.EncodeTexts(["a photo of a cat"])[0];
        Assert.InRange(a.Zip(b, (x, y) => x * y).Sum(), 0.9999f, 1.0001f);
        Assert.NotEqual(a, b);
        using Image picture = TestImages.Rgb([250, 20, 90], 1, 1, 3);
        a = single.EncodeImages([picture.PngsaveBuffer()])[0];
        b = half.EncodeImages([picture.PngsaveBuffer()])[0];
        Assert.InRange(a.Zip(b, (x, y) => x * y).Sum(), 0.9999f, 1.0001f);
    }

    [Fact]
    public void Run_Siglip_PadsToTheFullLengthWithItsPaddingToken()
    {
        using TestModel model = TestModel.Siglip();
        Bundle bundle = model.Import();
        TextTower text = bundle.Manifest.Towers.Text!;
        Assert.Equal((16, TextLength.Fixed, 1, null, "pooler_output"), (text.MaxTokens, text.Length, text.PadId, text.Inputs.Mask, text.Output));
        Assert.Equal((ImageFit.Stretch, ResampleFilter.Bilinear), (bundle.Manifest.Towers.Image!.Preprocessing.Fit, bundle.Manifest.Towers.Image.Preprocessing.Resample));

        // "a cat" is 3, 4 and the end, 1; thirteen more times 1 is padding, which this graph counts.
        using var encoder = new BundleEncoder(bundle);
        float[][] table = TestModel.Random(10, 3);
        float[] sum = [.. Enumerable.Range(0, TestModel.Dimension).Select(d => table[3][d] + table[4][d] + (14 * table[1][d]))];
        Assert.True(OnnxModel.TryNormalize(sum));
        Assert.Equal(sum, encoder.EncodeTexts(["A cat"])[0], (a, b) => Math.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void Run_Clap_TakesRecordingsAndPublishedIds()
    {
        using TestModel model = TestModel.Clap();
        Bundle bundle = model.Import();
        TextTower text = bundle.Manifest.Towers.Text!;
        Assert.Equal((512, 1), (text.MaxTokens, text.PadId));
        AudioPreprocessing audio = bundle.Manifest.Towers.Audio!.Preprocessing;
        Assert.Equal((48_000, 480_000, AudioFill.RepeatWhole), (audio.SampleRate, audio.WindowSamples, audio.Fill));
        Assert.Equal(new MelOptions { Bands = 64, FftLength = 1024, HopLength = 480, MinHz = 50, MaxHz = 14_000, Log = MelLogarithm.Decibel, Layout = MelLayout.ChannelFramesBands }, audio.Mel);
        using var encoder = new BundleEncoder(bundle);
        Assert.Equal(TestModel.Dimension, encoder.EncodeAudio([new float[] { 0.5f, -0.5f, 0.25f }])[0].Length);

        var tokenizer = new JsonTokenizer(bundle.PathOf("tokenizer.json"), text.MaxTokens);
        Assert.Equal([0, 31414, 232, 328, 2], tokenizer.Tokenize("Hello world!").Select(t => t.Id));
        Assert.Equal([0, 20920, 232, 2], tokenizer.Tokenize(" Hello world").Select(t => t.Id));
    }

    [Fact]
    public void Run_WeightsBesideTheModel_AreTakenAlong()
    {
        using TestModel model = TestModel.Clip();
        File.WriteAllText(Path.Combine(model.Folder, "onnx", "text_model.onnx_data"), "weights");
        File.WriteAllText(Path.Combine(model.Folder, "onnx", "text_model_fp16.onnx_data"), "another variant's");
        Bundle bundle = model.Import();
        Assert.Equal(["text_model.onnx_data"], bundle.Manifest.Towers.Text!.ModelData!);
        Assert.True(bundle.Manifest.Files.ContainsKey("text_model.onnx_data"));
        Assert.False(File.Exists(Path.Combine(bundle.Folder, "text_model_fp16.onnx_data")));
    }

    [Theory]
    [InlineData("config.json", "config.json")]
    [InlineData("vocab.json", "tokenizer.json")]
    [InlineData("merges.txt", "tokenizer.json")]
    [InlineData("preprocessor_config.json", "preprocessor_config.json")]
    [InlineData("onnx/text_model.onnx", "text_model.onnx")]
    public void Run_MissingFile_IsNamed(string missing, string named)
    {
        using TestModel model = TestModel.Clip();
        model.Delete(missing);
        if (missing.EndsWith(".onnx", StringComparison.Ordinal))
            model.Delete("onnx/text_model_fp16.onnx");
        InvalidBundleException e = Fails(model);
        Assert.Equal(named, Path.GetFileName(e.Path));
        Assert.Contains("is not there", e.Message);
    }

    [Fact]
    public void Run_BothTowersInOneGraph_SaysWhatToDo()
    {
        using TestModel model = TestModel.Clip();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(model.Folder, "onnx")))
            File.Delete(file);
        model.WriteModel("model.onnx", [1]);
        Assert.Contains("Export the towers apart", Fails(model).Message);
    }

    [Fact]
    public void Run_VariantThatIsNotThere_NamesThoseThatAre()
    {
        using TestModel model = TestModel.Clip();
        InvalidBundleException e = Fails(model, "int8");
        Assert.EndsWith("text_model_int8.onnx", e.Path, StringComparison.Ordinal);
        Assert.Contains("fp16, fp32", e.Message);
        File.Copy(Path.Combine(model.Folder, "onnx", "text_model.onnx"), Path.Combine(model.Folder, "onnx", "text_model_quantized.onnx"));
        Assert.EndsWith("vision_model_int8.onnx", Fails(model, "int8").Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TowersOfTwoDimensions_AreNamedBoth()
    {
        using TestModel model = TestModel.Clip();
        model.WriteModel("vision_model.onnx", OnnxFile.VisionTower(TestModel.Random(3, 2, dimension: 6), 32));
        InvalidBundleException e = Fails(model);
        Assert.Contains("has the dimension 6", e.Message);
        Assert.Contains("text_model.onnx has 8", e.Message);
    }

    [Fact]
    public void Run_InputsOfOtherNames_SaysWhichAndWhatIsTaken()
    {
        using TestModel model = TestModel.Clip();
        model.WriteModel("text_model.onnx", OnnxFile.TextTower(TestModel.Random(ClipVocabulary.Size, 1), ids: "tokens"));
        InvalidBundleException e = Fails(model);
        Assert.Contains("'tokens', 'attention_mask'", e.Message);
        Assert.Contains("'input_ids'", e.Message);
    }

    [Fact]
    public void Run_OutputBeforeTheProjection_IsRefused()
    {
        using TestModel model = TestModel.Clip();
        model.WriteModel("vision_model.onnx", OnnxFile.VisionTower(TestModel.Random(3, 2), 32, "pooler_output"));
        Assert.Contains("gives 'pooler_output', not 'image_embeds'", Fails(model).Message);
    }

    [Fact]
    public void Run_PicturesOfAnotherSizeThanTheGraphTakes_NamesBoth()
    {
        using TestModel model = TestModel.Clip();
        model.WriteModel("vision_model.onnx", OnnxFile.VisionTower(TestModel.Random(3, 2), 48));
        Assert.Contains("48 × 48, but preprocessor_config.json makes them 32 × 32", Fails(model).Message);
    }

    [Fact]
    public void Run_TokenizerWithoutItsUnknownToken_NamesIt()
    {
        using TestModel model = TestModel.Clip();
        model.Write("tokenizer_config.json", new { unk_token = new { content = "<unk>" } });
        InvalidBundleException e = Fails(model);
        Assert.EndsWith("vocab.json", e.Path, StringComparison.Ordinal);
        Assert.Contains("lacks the unknown token, '<unk>'", e.Message);
    }

    [Fact]
    public void Run_TableSmallerThanTheVocabulary_IsTheModelsFault()
    {
        using TestModel model = TestModel.Clip();
        model.WriteModel("text_model.onnx", OnnxFile.TextTower(TestModel.Random(1000, 1)));
        InvalidBundleException e = Fails(model);
        Assert.Equal((Path.Combine(model.Folder, "onnx", "text_model.onnx"), "towers.text.inputs"), (e.Path, e.Key));
    }

    [Fact]
    public void Run_PaddingToken_IsLookedUpAmongAddedOnesAndInTheVocabulary()
    {
        using TestModel clip = TestModel.Clip();
        clip.Write("tokenizer_config.json", new { model_max_length = 77, pad_token = "!" });
        Assert.Equal(0, clip.Import().Manifest.Towers.Text!.PadId);
        clip.Write("tokenizer_config.json", new { model_max_length = 1e30, pad_token = new { content = "[PAD]" } });
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => clip.Import(name: "other"));
        Assert.Equal("pad_token", e.Key);
        Assert.Contains("'[PAD]', which the tokenizer lacks", e.Message);

        using TestModel siglip = TestModel.Siglip();
        siglip.Write("tokenizer_config.json", new { pad_token = "\u2581cat" });
        Assert.Equal(4, siglip.Import().Manifest.Towers.Text!.PadId);
    }

    [Fact]
    public void Run_FixedNumberOfTokens_IsTheTowersLength()
    {
        using TestModel model = TestModel.Clip();
        model.WriteModel("text_model.onnx", OnnxFile.TextTower(TestModel.Random(ClipVocabulary.Size, 1), tokens: 20));
        TextTower text = model.Import().Manifest.Towers.Text!;
        Assert.Equal((20, TextLength.Fixed), (text.MaxTokens, text.Length));
    }

    [Fact]
    public void Run_FusedClap_IsRefused()
    {
        using TestModel model = TestModel.Clap();
        model.Edit("preprocessor_config.json", j => j["truncation"] = "fusion");
        Assert.Equal("truncation", Fails(model).Key);
    }

    [Fact]
    public void Run_FileThatIsNoModel_IsNamed()
    {
        using TestModel model = TestModel.Clip();
        model.WriteModel("text_model.onnx", "not a model"u8.ToArray());
        Assert.Contains("is not a model", Fails(model).Message);
    }

    [Fact]
    public void Run_NameThatIsThere_IsReplacedOnlyOnDemand()
    {
        using TestModel model = TestModel.Clip();
        Bundle first = model.Import();
        Assert.Contains("is there already", Assert.Throws<IOException>(() => model.Import()).Message);
        Bundle second = model.Import("fp16", replace: true);
        Assert.Equal(first.Folder, second.Folder);
        Assert.Equal("fp16", Bundle.Load(first.Folder).Manifest.Version);
        Assert.Equal(["tiny-clip"], Directory.EnumerateFileSystemEntries(model.Library).Select(f => Path.GetFileName(f)!));
    }

    /// <summary>The import fails, and leaves nothing behind.</summary>
    private static InvalidBundleException Fails(TestModel model, string variant = "fp32")
    {
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => model.Import(variant));
        Assert.True(!Directory.Exists(model.Library) || !Directory.EnumerateFileSystemEntries(model.Library).Any());
        return e;
    }
}
