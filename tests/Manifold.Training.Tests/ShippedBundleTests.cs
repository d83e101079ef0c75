using System.Numerics.Tensors;
using System.Text.Json;
using Manifold.Encoders;

namespace Manifold.Training.Tests;

/// <summary>The bundle in git, as every machine must compute it.</summary>
public sealed class ShippedBundleTests
{
    private const double MinCosine = 0.9999;

    [Fact]
    public void Default_Resolves_Loads_AndIsSmall()
    {
        var bundle = Bundle.Load(BundleLocation.Resolve(BundleLocation.Default));
        Assert.Equal("manifold-mini", bundle.Manifest.Name);
        Assert.InRange(Directory.EnumerateFiles(bundle.Folder).Sum(file => new FileInfo(file).Length), 1, 15_000_000);
        foreach (string file in (string[])["README.md", "report.md", "metrics.json", "loss.png", "recall.png"])
            Assert.True(File.Exists(Path.Combine(bundle.Folder, file)), $"{file} is not there");
    }

    [Theory]
    [InlineData("manifold-cca")]
    [InlineData("manifold-mini")]
    public void Towers_GiveTheRecordedVectors(string bundle)
    {
        using var stream = File.OpenRead(RepositoryFolder.Of("tests", "Manifold.Training.Tests", $"{bundle}.vectors.json"));
        var recorded = JsonSerializer.Deserialize<Dictionary<string, float[]>>(stream)!;
        using var encoder = new BundleEncoder(Bundle.Load(RepositoryFolder.Of("bundles", bundle)), new EncoderOptions { Device = EncoderDevice.Cpu });
        Assert.Equal(4, recorded.Count);
        foreach (var (probe, expected) in recorded)
        {
            float[] vector = probe.StartsWith("text:", StringComparison.Ordinal)
                ? encoder.EncodeTexts([probe["text:".Length..]])[0]
                : encoder.EncodeImages([File.ReadAllBytes(RepositoryFolder.Of("samples", probe))])[0];
            Assert.Equal(encoder.Manifest.Dimension, vector.Length);
            double cosine = TensorPrimitives.CosineSimilarity<float>(vector, expected);
            Assert.True(cosine >= MinCosine, $"{probe}: cosine {cosine} to the recorded vector");
        }
    }

    [Fact]
    public void Samples_AreFoundByTheirOwnCaptions()
    {
        // Not a measure of quality (docs/evaluation.md is): a bundle with swapped or broken towers fails it, a worse one does not.
        using var encoder = new BundleEncoder(Bundle.Load(BundleLocation.Resolve(BundleLocation.Default)), new EncoderOptions { Device = EncoderDevice.Cpu });
        var items = File.ReadLines(RepositoryFolder.Of("samples", "items.jsonl")).Select(line => JsonSerializer.Deserialize<SampleItem>(line)!)
            .Where(item => item.Split == "train").ToArray();
        var pictures = encoder.EncodeImages([.. items.Select(item => (ReadOnlyMemory<byte>)File.ReadAllBytes(RepositoryFolder.Of("samples", item.Image)))]);
        var captions = encoder.EncodeTexts([.. items.Select(item => item.Caption)]);
        var scores = RetrievalMetrics.Score("samples", captions, pictures, [.. Enumerable.Range(0, items.Length).Select(i => (IReadOnlyList<int>)[i])]);
        Assert.True(scores.R10 > 0.6, $"R@10 {scores.R10} of {items.Length} pictures");
    }
}
