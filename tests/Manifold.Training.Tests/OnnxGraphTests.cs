using Manifold.Encoders;
using Manifold.Training.Onnx;

namespace Manifold.Training.Tests;

/// <summary>The graphs that are written here, run by ONNX Runtime, against plain C# of the same formulas.</summary>
public sealed class OnnxGraphTests
{
    [Fact]
    public void Write_ThenRun_EqualsAReference()
    {
        var graph = new OnnxGraph("test");
        string x = graph.Input("x", TensorProto.Types.DataType.Float, OnnxDimension.Free("n"), OnnxDimension.Fixed(2));
        string half = graph.Node("Cast", [graph.Constant([(Half)2, (Half)(-1)], 2)], OnnxGraph.Int("to", 1));
        string code = graph.Node("Cast", [graph.Constant(new sbyte[] { 10, -20 }, 2)], OnnxGraph.Int("to", 1));
        graph.Output("y", graph.Node("Relu", [graph.Node("Add", [graph.Node("Mul", [x, half]), code])]), OnnxDimension.Free("n"), OnnxDimension.Fixed(2));
        using var runner = new OnnxRunner(graph.Write("y = max(0, x·(2, -1) + (10, -20))"));
        var (values, shape) = runner.Run(("x", new float[] { 1, -30, -6, 0 }, [2, 2]));
        Assert.Equal([2, 2], shape);
        Assert.Equal([12, 10, 0, 0], values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void PictureFeatures_EqualTheReference(int seed)
    {
        var options = new PictureFeatureOptions { Side = 32, Cell = 8, Orientations = 5, ColourGrid = 2 };
        var random = new Random(seed);
        var pixels = new float[2 * 3 * 32 * 32];
        // Flat patches with edges, as drawings have, rather than noise.
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (i / 7 % 5 == 0 ? random.NextSingle() : MathF.Round(random.NextSingle() * 2) / 2) * 0.9f;

        var graph = new OnnxGraph("features");
        var (features, count) = PictureFeatureGraph.Add(graph, CcaBundle.PixelsInput(graph, options), options);
        graph.Output("features", features, OnnxDimension.Free("batch"), OnnxDimension.Fixed(count));
        using var runner = new OnnxRunner(graph.Write("features"));
        var (values, shape) = runner.Run(("pixels", pixels, [2, 3, 32, 32]));
        Assert.Equal([2, count], shape);
        for (int n = 0; n < 2; n++)
        {
            float[] expected = PictureFeatureReference.Compute(pixels.AsSpan(n * 3 * 32 * 32, 3 * 32 * 32), options);
            Assert.Equal(count, expected.Length);
            for (int i = 0; i < count; i++)
                Assert.True(Math.Abs(expected[i] - values[(n * count) + i]) < 2e-4, $"seed {seed}, picture {n}, feature {i}: {expected[i]} against {values[(n * count) + i]}");
        }
    }

    [Fact]
    public void TextModel_EqualsTheReference_AndPaddingChangesNothing()
    {
        const int Seed = 5, Buckets = 50, Dimension = 7;
        var random = new Random(Seed);
        var map = DenseMatrix.Gaussian(Buckets, Dimension, random);
        map.Row(9).Clear();
        float[] idf = [.. Enumerable.Range(0, Buckets).Select(_ => random.NextSingle() + 0.1f)];
        float[] offset = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle())];
        var model = new CcaModel(new DenseMatrix(1, Dimension), offset, map, offset, idf, []);
        var (codes, scales) = QuantizedRows.Of(map);

        long[] ids = [3, 9, 41, 0, 0, 7, 8, 9, 10, 11];
        float[] weights = [1, 1.5f, 2, 0, 0, 1, 1, 1, 1, 1];
        using var runner = new OnnxRunner(CcaBundle.TextModel(model));
        var (values, shape) = runner.Run(("ids", ids, [2, 5]), ("weights", weights, [2, 5]));
        Assert.Equal([2, Dimension], shape);
        for (int n = 0; n < 2; n++)
        {
            var factors = Enumerable.Range(n * 5, 5).Select(i => weights[i] * idf[ids[i]]).ToArray();
            double length = Math.Sqrt(factors.Sum(f => (double)f * f));
            for (int d = 0; d < Dimension; d++)
            {
                double expected = -offset[d];
                for (int t = 0; t < 5; t++)
                {
                    int id = (int)ids[(n * 5) + t];
                    expected += factors[t] / length * codes[(id * Dimension) + d] * scales[id];
                }

                Assert.Equal(expected, values[(n * Dimension) + d], 1e-4);
            }
        }
    }

    [Fact]
    public void Quantize_IsWithinHalfAScale()
    {
        var matrix = DenseMatrix.Gaussian(20, 30, new Random(11));
        matrix.Row(4).Clear();
        var (codes, scales) = QuantizedRows.Of(matrix);
        for (int i = 0; i < matrix.Values.Length; i++)
            Assert.True(Math.Abs((codes[i] * scales[i / 30]) - matrix.Values[i]) <= (scales[i / 30] / 2) + 1e-6);
    }

    [Fact]
    public void TextFeatures_AreTheTokenizersBagsTimesIdf()
    {
        var options = new CcaOptions { Tokenizer = new HashedNgramOptions { Buckets = 512 } };
        string[] texts = ["a red apple", "a green apple", "pomme"];
        var features = new TextFeatures(options, texts);
        var rows = features.Of(["a red apple", ""]);
        var tokens = new HashedNgramTokenizer(options.Tokenizer, options.MaxTokens).Tokenize("a red apple");
        Assert.Equal(tokens.Select(token => token.Id), rows.ColumnsOf(0).ToArray());
        double length = Math.Sqrt(tokens.Sum(token => Math.Pow(token.Weight * features.Idf[token.Id], 2)));
        Assert.Equal(tokens[0].Weight * features.Idf[tokens[0].Id] / length, rows.ValuesOf(0)[0], 1e-5);
        Assert.Equal(0, rows.ColumnsOf(1).Length);
    }
}
