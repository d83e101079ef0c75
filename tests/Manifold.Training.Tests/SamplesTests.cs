using System.Text.Json;
using Manifold.Encoders;

namespace Manifold.Training.Tests;

public sealed class SamplesTests
{
    private const long MaxBytes = 5_000_000;
    private static readonly string Folder = RepositoryFolder.Of("samples");
    private static readonly string[] Licences = ["public-domain", "Apache-2.0", "MIT"];

    [Fact]
    public void Items_AreEnough_WithUniqueIds_Licences_AndBothParts()
    {
        var items = Read("items.jsonl");
        Assert.True(items.Count >= 400, $"{items.Count} items");
        Assert.Equal(items.Count, items.Select(item => Text(item, "id")).Distinct().Count());
        Assert.All(items, item =>
        {
            Assert.Contains(Text(item, "license"), Licences);
            Assert.Contains(Text(item, "source"), new[] { "openclipart", "noto", "fluent" });
            Assert.Contains(Text(item, "split"), new[] { "train", "held-out" });
            Assert.NotEmpty(Text(item, "caption"));
            Assert.NotEmpty(Text(item, "category"));
            Assert.Equal(JsonValueKind.Array, item.GetProperty("tags").ValueKind);
        });
        Assert.True(items.Count(item => Text(item, "split") == "held-out") >= 20);
        Assert.True(items.Count(item => item.TryGetProperty("caption_zh", out _) && item.TryGetProperty("caption_fr", out _)) >= 200);
    }

    [Theory]
    [InlineData("sounds", "audio")]
    [InlineData("videos", "video")]
    public void Recordings_AreThere_AndAreAllNamed(string list, string key)
    {
        var items = Read($"{list}.jsonl").ToArray();
        Assert.All(items, item => Assert.NotEmpty(Text(item, "caption")));
        Assert.Equal(
            items.Select(item => Path.GetFullPath(Path.Combine(Folder, Text(item, key)))).Order(StringComparer.Ordinal),
            Directory.GetFiles(Path.Combine(Folder, list)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pictures_AreThere_Decode_AndAreAllNamed()
    {
        var decoder = new ImageDecoder();
        var pixels = new byte[3 * 32 * 32];
        string[] named = [.. Read("items.jsonl").Select(item => Path.Combine(Folder, Text(item, "image")))];
        string[] queries = Directory.GetFiles(Path.Combine(Folder, "queries"));
        string[] pictures = [.. queries.Where(path => Path.GetExtension(path) == ".svg")];
        Assert.InRange(pictures.Length, 2, 3);
        Assert.All(named.Concat(pictures), path => decoder.DecodeRgb(
            File.ReadAllBytes(path), 32, 32, ImageFit.Contain, RgbColor.White, ResampleFilter.Bicubic, pixels));
        Assert.Equal(
            named.Select(Path.GetFullPath).Order(StringComparer.Ordinal),
            Directory.GetFiles(Path.Combine(Folder, "pictures"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.All(queries.Except(pictures), path => Assert.NotEmpty(new Sound(path).ReadWindows(new SpectrogramConfig().ToPreprocessing())));
        Assert.Equal([".png", ".svg", ".webp"], named.Select(Path.GetExtension).Distinct().Order());
    }

    [Fact]
    public void Samples_AreSmall() =>
        Assert.InRange(Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 1, MaxBytes);

    [Fact]
    public void Texts_HaveIdsApartFromThePictures()
    {
        var texts = Read("texts.jsonl");
        Assert.InRange(texts.Count, 30, 60);
        var ids = texts.Concat(Read("items.jsonl")).Select(item => Text(item, "id")).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(["en", "fr", "zh"], texts.Select(text => Text(text, "language")).Distinct().Order());
        Assert.All(texts, text => Assert.NotEmpty(Text(text, "text")));
    }

    private static List<JsonElement> Read(string file) =>
        [.. File.ReadLines(Path.Combine(Folder, file)).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    private static string Text(JsonElement item, string key) => item.GetProperty(key).GetString()!;
}
