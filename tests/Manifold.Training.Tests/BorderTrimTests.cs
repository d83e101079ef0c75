using Manifold.Training.Onnx;

namespace Manifold.Training.Tests;

/// <summary>Cutting away a white border, in the graph and as training does it.</summary>
public sealed class BorderTrimTests
{
    private const int Input = 128, Output = 64;
    private static readonly PicturesConfig Config = new();

    [Fact]
    public void Graph_OfASquareOnWhite_FillsTheResult()
    {
        float[] trimmed = Trim(Picture((x, y) => x is >= 40 and < 104 && y is >= 60 and < 124));
        Assert.All(trimmed, value => Assert.Equal(0, value, 1e-5f));
    }

    [Fact]
    public void Graph_OfATallBar_KeepsItsShapeInTheMiddle()
    {
        // 16 wide and 64 high: in the result a quarter of the width.
        float[] trimmed = Trim(Picture((x, y) => x is >= 10 and < 26 && y is >= 30 and < 94));
        Assert.Equal(0, trimmed[(32 * Output) + 32], 1e-5f);
        Assert.Equal(1, trimmed[(32 * Output) + 20], 1e-5f);
        Assert.Equal(1, trimmed[(32 * Output) + 43], 1e-5f);
        Assert.Equal(0, trimmed[(1 * Output) + 32], 1e-5f);
    }

    [Fact]
    public void Graph_OfWhiteOnly_StaysWhite() => Assert.All(Trim(Picture((_, _) => false)), value => Assert.Equal(1, value, 1e-5f));

    [Fact]
    public void Graph_OfAFullPicture_HalvesIt()
    {
        float[] picture = Picture((_, _) => false);
        for (int i = 0; i < picture.Length; i++)
            picture[i] = i % Input * 0.5f / Input;
        float[] trimmed = Trim(picture);
        for (int x = 0; x < Output; x++)
            Assert.Equal(((2 * x) + 0.5f) * 0.5f / Input, trimmed[x], 1e-4f);
    }

    [Fact]
    public void Augmenter_WithoutAnyVariation_DrawsWhatIsServed()
    {
        using var served = new ServedPictures(Config);
        var augmenter = new PictureAugmenter(Output, trim: true);
        double[] differences = [.. TrainingSamples.Take(40).Concepts.Select(concept =>
        {
            byte[] content = concept.Pictures[0].Picture.ReadBytes();
            byte[] expected = served.Decode([content]), drawn = new byte[expected.Length];
            augmenter.Draw(served.DecodeBase(content, augmenter.BaseSide), new PictureVariation(), drawn);
            return expected.Zip(drawn, (a, b) => Math.Abs(a - b)).Average();
        })];

        // Of 255. A faint edge may be on one side of the threshold here and on the other there, which moves the square by a pixel.
        Assert.InRange(differences.Average(), 0, 3);
        Assert.InRange(differences.Max(), 0, 10);
    }

    private static float[] Picture(Func<int, int, bool> isBlack)
    {
        var pixels = new float[3 * Input * Input];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = isBlack(i % Input, i / Input % Input) ? 0 : 1;
        return pixels;
    }

    private static float[] Trim(float[] pixels)
    {
        var graph = new OnnxGraph("trim");
        graph.Output("trimmed", ServedPictures.Input(graph, Config), OnnxDimension.Free("batch"), OnnxDimension.Fixed(3), OnnxDimension.Fixed(Output), OnnxDimension.Fixed(Output));
        using var runner = new OnnxRunner(graph.Write("test"));
        return runner.Run(("pixels", pixels, [1, 3, Input, Input])).Values;
    }
}
