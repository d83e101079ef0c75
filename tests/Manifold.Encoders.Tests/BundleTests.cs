using System.Text.Json;

namespace Manifold.Encoders.Tests;

public sealed class BundleTests
{
    [Fact]
    public void Load_WhatWriteManifestWrote_IsTheSameManifest()
    {
        using var folder = new TestBundle();
        Bundle bundle = Bundle.Load(folder.Folder);
        Assert.Equal("tests", bundle.Manifest.Name);
        Assert.Equal([Modality.Text, Modality.Image], bundle.Manifest.Towers.Modalities);
        Assert.Equal(["image.onnx", "text.onnx"], bundle.Manifest.Files.Keys.Order());
        var tokenizer = Assert.IsType<HashedNgramOptions>(bundle.Manifest.Towers.Text!.Tokenizer);
        Assert.Equal(64, tokenizer.Buckets);
        Assert.Equal(RgbColor.White, bundle.Manifest.Towers.Image!.Preprocessing.Background);
        string before = File.ReadAllText(folder.ManifestPath);
        Bundle.WriteManifest(folder.Folder, bundle.Manifest);
        Assert.Equal(before, File.ReadAllText(folder.ManifestPath));
    }

    [Fact]
    public void WriteManifest_JsonOfTheDocs_HasTheSpellingOfTheDocs()
    {
        using var folder = new TestBundle();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.ManifestPath));
        JsonElement text = json.RootElement.GetProperty("towers").GetProperty("text").GetProperty("tokenizer");
        Assert.Equal("hashed-ngrams", text.GetProperty("kind").GetString());
        Assert.Equal("sqrt", text.GetProperty("weighting").GetString());
        JsonElement image = json.RootElement.GetProperty("towers").GetProperty("image").GetProperty("preprocessing");
        Assert.Equal("contain", image.GetProperty("fit").GetString());
        Assert.Equal("#ffffff", image.GetProperty("background").GetString());
        Assert.Equal("bicubic", image.GetProperty("resample").GetString());
    }

    [Theory]
    [InlineData("\"dimension\": 3", "\"dimension\": 0", "dimension")]
    [InlineData("\"dimension\": 3", "\"dimension\": 4097", "dimension")]
    [InlineData("\"dimension\": 3", "\"dimension\": \"3\"", "dimension")]
    [InlineData("\"dimension\": 3", "\"dimension\": 3, \"dimensions\": 3", "dimensions")]
    [InlineData("\"dimension\": 3,", "", "dimension")]
    [InlineData("\"format\": 1", "\"format\": 2", "format")]
    [InlineData("\"name\": \"tests\"", "\"name\": \"../tests\"", "name")]
    [InlineData("\"maxTokens\": 32", "\"maxTokens\": 0", "towers.text.maxTokens")]
    [InlineData("\"maxTokens\": 32", "\"maxTokens\": 32, \"maxToken\": 1", "towers.text.maxToken")]
    [InlineData("\"buckets\": 64", "\"buckets\": 0", "towers.text.tokenizer.buckets")]
    [InlineData("\"kind\": \"hashed-ngrams\"", "\"kind\": \"wordpiece\"", "towers.text.tokenizer")]
    [InlineData("\"weighting\": \"sqrt\"", "\"weighting\": \"tf-idf\"", "towers.text.tokenizer.weighting")]
    [InlineData("\"ids\": \"ids\"", "\"ids\": \"\"", "towers.text.inputs.ids")]
    [InlineData("\"width\": 8", "\"width\": 0", "towers.image.preprocessing.width")]
    [InlineData("\"fit\": \"contain\"", "\"fit\": \"zoom\"", "towers.image.preprocessing.fit")]
    [InlineData("\"fit\": \"contain\"", "\"fit\": \"centerCrop\"", "towers.image.preprocessing.shortestEdge")]
    [InlineData("\"fit\": \"contain\"", "\"fit\": \"centerCrop\", \"shortestEdge\": 7", "towers.image.preprocessing.shortestEdge")]
    [InlineData("\"fit\": \"contain\"", "\"fit\": \"contain\", \"shortestEdge\": 8", "towers.image.preprocessing.shortestEdge")]
    [InlineData("\"weights\": \"weights\"", "\"mask\": \"mask\"", "towers.text.inputs.weights")]
    [InlineData("\"padId\": 0", "\"padId\": -1", "towers.text.padId")]
    [InlineData("\"kind\": \"hashed-ngrams\"", "\"kind\": \"tokenizer-json\"", "towers.text.tokenizer.buckets")]
    [InlineData("\"model\": \"text.onnx\"", "\"model\": \"text.onnx\", \"modelData\": [\"../x\"]", "towers.text.modelData[0]")]
    [InlineData("\"model\": \"text.onnx\"", "\"model\": \"text.onnx\", \"modelData\": [\"x\"]", "towers.text.modelData[0]")]
    [InlineData("\"background\": \"#ffffff\"", "\"background\": \"white\"", "towers.image.preprocessing.background")]
    [InlineData("\"model\": \"text.onnx\"", "\"model\": \"../text.onnx\"", "towers.text.model")]
    [InlineData("\"model\": \"text.onnx\"", "\"model\": \"other.onnx\"", "towers.text.model")]
    [InlineData("\"model\": \"text.onnx\"", "\"model\": null", "towers.text.model")]
    public void Load_KeyThatIsWrong_NamesFileAndKey(string old, string replacement, string key)
    {
        using TestBundle folder = new TestBundle().Edit(old, replacement);
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => Bundle.Load(folder.Folder));
        Assert.Equal(key, e.Key);
        Assert.Equal(folder.ManifestPath, e.Path);
        Assert.Contains(folder.ManifestPath, e.Message);
        Assert.DoesNotContain("Manifold.Encoders.", e.Message);
    }

    [Fact]
    public void Load_AudioTower_IsWhatWasWritten()
    {
        using TestBundle folder = TestBundle.WithAudio(p => p with { HopSeconds = 1, Fill = AudioFill.Repeat });
        Bundle bundle = Bundle.Load(folder.Folder);
        Assert.Equal([Modality.Text, Modality.Image, Modality.Audio], bundle.Manifest.Towers.Modalities);
        Assert.True(bundle.Manifest.Towers.Encodes(Modality.Video));
        AudioPreprocessing preprocessing = bundle.Manifest.Towers.Audio!.Preprocessing;
        Assert.Equal((16000, 8000, 16000), (preprocessing.WindowSamples, preprocessing.HopSamples, preprocessing.MinSamples));
        string json = File.ReadAllText(folder.ManifestPath);
        Assert.Contains("\"fill\": \"repeat\"", json);
        Assert.Contains("\"layout\": \"bandsFrames\"", json);
        Assert.DoesNotContain("windowSamples", json);
    }

    [Theory]
    [InlineData("\"sampleRate\": 8000", "\"sampleRate\": 999", "towers.audio.preprocessing.sampleRate")]
    [InlineData("\"windowSeconds\": 2", "\"windowSeconds\": 61", "towers.audio.preprocessing.windowSeconds")]
    [InlineData("\"windowSeconds\": 2", "\"windowSeconds\": 2, \"hopSeconds\": 3", "towers.audio.preprocessing.hopSeconds")]
    [InlineData("\"length\": \"fixed\"", "\"length\": \"padded\"", "towers.audio.preprocessing.length")]
    [InlineData("\"mel\": \"mel\"", "\"waveform\": \"mel\"", "towers.audio.preprocessing.mel")]
    [InlineData("\"mel\": \"mel\"", "\"mel\": \"mel\", \"waveform\": \"samples\"", "towers.audio.inputs")]
    [InlineData("\"mel\": \"mel\"", "", "towers.audio.inputs")]
    [InlineData("\"bands\": 3", "\"bands\": 0", "towers.audio.preprocessing.mel.bands")]
    [InlineData("\"fftLength\": 512", "\"fftLength\": 514", "towers.audio.preprocessing.mel.fftLength")]
    [InlineData("\"hopLength\": 160", "\"hopLength\": 600", "towers.audio.preprocessing.mel.hopLength")]
    [InlineData("\"minHz\": 0", "\"minHz\": 4000", "towers.audio.preprocessing.mel.minHz")]
    [InlineData("\"minHz\": 0", "\"minHz\": 0, \"maxHz\": 4001", "towers.audio.preprocessing.mel.maxHz")]
    [InlineData("\"power\": 2", "\"power\": 3", "towers.audio.preprocessing.mel.power")]
    [InlineData("\"std\": 1,\n          \"layout", "\"std\": 0,\n          \"layout", "towers.audio.preprocessing.mel.std")]
    public void Load_AudioKeyThatIsWrong_NamesIt(string old, string replacement, string key)
    {
        using TestBundle folder = TestBundle.WithAudio().Edit(old, replacement);
        Assert.Equal(key, Assert.Throws<InvalidBundleException>(() => Bundle.Load(folder.Folder)).Key);
    }

    [Fact]
    public void Encoder_AudioModelOfAnotherShape_IsTheBundlesFault()
    {
        using TestBundle folder = TestBundle.WithAudio(p => p with { Mel = p.Mel! with { Layout = MelLayout.ChannelFramesBands } });
        Assert.Equal("towers.audio.inputs.mel", Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(folder.Folder))).Key);
        using TestBundle bands = TestBundle.WithAudio(p => p with { Mel = p.Mel! with { Bands = 4 } });
        Assert.Equal("towers.audio.inputs", Assert.Throws<InvalidBundleException>(() => new BundleEncoder(Bundle.Load(bands.Folder))).Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{ \"format\": 1, ")]
    [InlineData("not JSON")]
    public void Load_ManifestThatIsNotJson_NamesTheFile(string json)
    {
        using var folder = new TestBundle();
        File.WriteAllText(folder.ManifestPath, json);
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => Bundle.Load(folder.Folder));
        Assert.Equal(folder.ManifestPath, e.Path);
    }

    [Fact]
    public void Load_RepeatedKey_IsAnError()
    {
        using TestBundle folder = new TestBundle().Edit("\"dimension\": 3", "\"dimension\": 3, \"dimension\": 4");
        Assert.Equal("dimension", Assert.Throws<InvalidBundleException>(() => Bundle.Load(folder.Folder)).Key);
    }

    [Fact]
    public void Load_FolderWithoutManifest_SaysSo()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Contains("not there", Assert.Throws<InvalidBundleException>(() => Bundle.Load(folder)).Message);
    }

    [Fact]
    public void Load_ModelThatIsMissing_NamesItAndItsKey()
    {
        using var folder = new TestBundle();
        string model = Path.Combine(folder.Folder, "text.onnx");
        File.Delete(model);
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => Bundle.Load(folder.Folder));
        Assert.Equal((model, "files.text.onnx"), (e.Path, e.Key));
    }

    [Fact]
    public void Load_ModelOfAnotherSize_NamesBothSizes()
    {
        using var folder = new TestBundle();
        string model = Path.Combine(folder.Folder, "image.onnx");
        long before = new FileInfo(model).Length;
        File.AppendAllText(model, "x");
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => Bundle.Load(folder.Folder));
        Assert.Equal((model, "files.image.onnx.bytes"), (e.Path, e.Key));
        Assert.Contains($"{before}", e.Message);
        Assert.Contains($"{before + 1}", e.Message);
    }

    [Fact]
    public void Load_ModelWithOneBitFlipped_FailsItsChecksum()
    {
        using var folder = new TestBundle();
        string model = Path.Combine(folder.Folder, "text.onnx");
        byte[] bytes = File.ReadAllBytes(model);
        bytes[^1] ^= 1;
        File.WriteAllBytes(model, bytes);
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => Bundle.Load(folder.Folder));
        Assert.Equal((model, "files.text.onnx.sha256"), (e.Path, e.Key));
    }

    [Fact]
    public void WriteManifest_WithoutItsModel_WritesNothing()
    {
        string folder = Directory.CreateTempSubdirectory("manifold-bundle-").FullName;
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => Bundle.WriteManifest(folder, TestBundle.Manifest("tests")));
        Assert.Equal("towers.text.model", e.Key);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public void WriteManifest_ValueOutOfRange_WritesNothing()
    {
        using var folder = new TestBundle();
        string before = File.ReadAllText(folder.ManifestPath);
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(
            () => Bundle.WriteManifest(folder.Folder, TestBundle.Manifest("tests") with { Dimension = 5000 }));
        Assert.Equal("dimension", e.Key);
        Assert.Equal(before, File.ReadAllText(folder.ManifestPath));
    }
}
