using System.Numerics.Tensors;
using Manifold.Training.Onnx;
using static TorchSharp.torch;

namespace Manifold.Training.Tests;

/// <summary>What is exported computes what was learnt, and neither padding nor loudness changes what is heard.</summary>
[Collection(TorchTests.Name)]
public sealed class AudioTowerExportTests
{
    private const int Bands = 20, Dimension = 24;
    private static readonly AudioModelConfig Config = new() { Channels = 32, Blocks = 2, Layers = 1, Heads = 2, FeedForward = 48 };

    public AudioTowerExportTests() => TorchRuntime.EnsureReady(1);

    [Theory]
    [InlineData(1, "Float32", 0.99999)]
    [InlineData(2, "Float32", 0.99999)]
    [InlineData(37, "Float32", 0.99999)]
    [InlineData(100, "Float16", 0.9999)]
    [InlineData(100, "Int8", 0.999)]
    public void AsOnnx_GivesTorchsVectors(int frames, string precision, double leastCosine)
    {
        using var tower = Tower();
        float[] mel = [.. Mel(frames, 1), .. Mel(frames, 2)];
        float[][] expected = Encode(tower, mel, 2, frames);
        using var runner = new OnnxRunner(AudioTowerGraph.Write(tower, Bands, Dimension, Config, Enum.Parse<WeightPrecision>(precision)));
        var (values, shape) = runner.Run((AudioTowerGraph.Input, mel, [2, Bands, frames]));
        Assert.Equal([2, Dimension], shape);
        foreach (var (row, vector) in values.Chunk(Dimension).Zip(expected))
            Assert.InRange(TensorPrimitives.CosineSimilarity<float>(row, vector), leastCosine, 1.00001);
    }

    [Fact]
    public void Silence_BehindARecording_ChangesNothing()
    {
        using var tower = Tower();
        const int frames = 50, padded = 83;
        float[] mel = Mel(frames, 3), longer = new float[Bands * padded];
        Array.Fill(longer, AudioBatchSampler.Silence);
        for (int band = 0; band < Bands; band++)
            mel.AsSpan(band * frames, frames).CopyTo(longer.AsSpan(band * padded));

        // What is heard reaches a few frames into the silence; the same silence is at the end of the shorter one.
        const int margin = frames + AudioTowerModule.Reach + 1;
        float[] shorter = new float[Bands * margin];
        for (int band = 0; band < Bands; band++)
            longer.AsSpan(band * padded, margin).CopyTo(shorter.AsSpan(band * margin));
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(Encode(tower, shorter, 1, margin)[0], Encode(tower, longer, 1, padded)[0]), 0.99999, 1.00001);
    }

    [Fact]
    public void Loudness_ChangesNothing()
    {
        using var tower = Tower();
        float[] mel = Mel(60, 4), louder = [.. mel.Select(value => value + 3)];
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(Encode(tower, mel, 1, 60)[0], Encode(tower, louder, 1, 60)[0]), 0.99999, 1.00001);
    }

    private static AudioTowerModule Tower()
    {
        manual_seed(7);
        var tower = new AudioTowerModule(Bands, Dimension, Config);
        tower.eval();
        return tower;
    }

    private static float[] Mel(int frames, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Bands * frames).Select(_ => (float)((10 * random.NextDouble()) - 12))];
    }

    private static float[][] Encode(AudioTowerModule tower, float[] mel, int batch, int frames)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        return [.. tower.call(tensor(mel, [batch, Bands, frames])).data<float>().ToArray().Chunk(Dimension)];
    }
}
