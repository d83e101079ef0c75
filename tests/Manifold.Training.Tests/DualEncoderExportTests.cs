using System.Numerics.Tensors;
using Manifold.Encoders;
using Manifold.Training.Onnx;
using static TorchSharp.torch;

namespace Manifold.Training.Tests;

/// <summary>What is exported computes what was learnt: ONNX Runtime against torch.</summary>
[Collection(TorchTests.Name)]
public sealed class DualEncoderExportTests
{
    private const int Rows = 5;
    private static readonly string[] TestTexts = ["red apple", "企鹅", "a very long caption about nothing in particular", "🐧", "x"];

    [Theory]
    [InlineData(true, true, "Float32", 0.99999)]
    [InlineData(true, false, "Float32", 0.99999)]
    [InlineData(false, true, "Float32", 0.99999)]
    [InlineData(true, true, "Float16", 0.9999)]
    [InlineData(true, true, "Int8", 0.999)]
    public void ImageTower_AsOnnx_GivesTorchsVectors(bool gradients, bool convolutions, string precision, double leastCosine)
    {
        var config = Config(Enum.Parse<WeightPrecision>(precision), new ModelConfig
        {
            Dimension = 48,
            Gradients = new GradientBranchConfig { Enabled = gradients, Hidden = 64 },
            Convolutions = new ConvolutionBranchConfig { Enabled = convolutions, Channels = [16, 16, 32] },
        });
        using var model = Model(config);
        byte[] pixels = Patches(Rows);
        using var extractor = new PictureFeatureExtractor(config.Pictures.Features);
        float[][] expected = Vectors(() => ModelInputs.Encode(model.Image, new PictureBatch(pixels, extractor.Extract(pixels, Rows), Rows), 64));

        using var runner = new OnnxRunner(ImageTowerGraph.Write(model.Image, config));
        var (values, shape) = runner.Run(("pixels", Array.ConvertAll(pixels, value => value / 255f), [Rows, 3, 64, 64]));

        Assert.Equal([Rows, 48], shape);
        AssertSameDirections(expected, values, leastCosine);
    }

    [Fact]
    public void ImageTower_Mirrored_GivesTheMeanOfBothSides()
    {
        var config = Config(WeightPrecision.Float32, new ModelConfig { Dimension = 48, Convolutions = new ConvolutionBranchConfig { Channels = [16, 16, 32] } });
        using var model = Model(config);
        byte[] pixels = Patches(Rows), mirrored = [.. pixels.Chunk(64).SelectMany(row => row.Reverse())];
        using var extractor = new PictureFeatureExtractor(config.Pictures.Features);
        float[][] Encoded(byte[] side) => Vectors(() => ModelInputs.Encode(model.Image, new PictureBatch(side, extractor.Extract(side, Rows), Rows), 64));
        float[][] expected = [.. Encoded(pixels).Zip(Encoded(mirrored), (left, right) =>
        {
            float[] mean = [.. left.Zip(right, (a, b) => (a + b) / 2)];
            TensorPrimitives.Divide(mean, TensorPrimitives.Norm<float>(mean), mean);
            return mean;
        })];

        using var runner = new OnnxRunner(ImageTowerGraph.Write(model.Image, config with { Export = config.Export with { Mirror = true } }));
        var (values, shape) = runner.Run(("pixels", Array.ConvertAll(pixels, value => value / 255f), [Rows, 3, 64, 64]));

        Assert.Equal([Rows, 48], shape);
        AssertSameDirections(expected, values, 0.99999);
    }

    [Theory]
    [InlineData(true, true, "Float32", 0.99999)]
    [InlineData(true, false, "Float32", 0.99999)]
    [InlineData(false, true, "Float32", 0.99999)]
    [InlineData(true, true, "Float16", 0.9999)]
    [InlineData(true, true, "Int8", 0.999)]
    public void TextTower_AsOnnx_GivesTorchsVectors(bool ngrams, bool transformer, string precision, double leastCosine)
    {
        var config = Config(Enum.Parse<WeightPrecision>(precision), new ModelConfig
        {
            Dimension = 48,
            Tokenizer = new() { Buckets = 512 },
            Ngrams = new NgramBranchConfig { Enabled = ngrams, Hidden = 32 },
            Transformer = new TransformerBranchConfig { Enabled = transformer, Width = 32, FeedForward = 48 },
        });
        using var model = Model(config);

        // Texts of different lengths: what is padded must not count.
        var captions = new CaptionTokens(TestTexts, config.Model);
        var batch = TextBatch.Of(captions.Tokens);
        model.Text.Weigh(captions.InverseDocumentFrequencies());
        float[][] expected = Vectors(() => ModelInputs.Encode(model.Text, batch));

        using var runner = new OnnxRunner(TextTowerGraph.Write(model.Text, config, captions.Rows, regression: null));
        var (values, shape) = Run(runner, [.. TestTexts.Select(new HashedNgramTokenizer(config.Model.Tokenizer, config.Model.MaxTokens).Tokenize)]);

        Assert.Equal([5, 48], shape);
        AssertSameDirections(expected, values, leastCosine);
    }

    [Fact]
    public void TextTower_WithARegression_GivesTheWeightedMeanOfBoth()
    {
        var config = Config(WeightPrecision.Float32, new ModelConfig { Dimension = 16, Tokenizer = new() { Buckets = 512 } });
        config = config with { Export = config.Export with { RegressionShare = 0.3 } };
        using var model = Model(config);
        var concepts = TrainingSamples.Take(8).Concepts;
        var captions = new CaptionTokens(concepts.SelectMany(concept => concept.Pictures).SelectMany(item => item.Captions).Select(caption => caption.Text), config.Model);
        float[] idf = captions.InverseDocumentFrequencies();
        model.Text.Weigh(idf);
        var random = new Random(4);
        float[][] vectors = [.. concepts.SelectMany(concept => concept.Pictures).Select(_ => Enumerable.Range(0, 16).Select(_ => random.NextSingle() - 0.5f).ToArray())];
        var regression = TextRegression.Solve(concepts, captions, vectors, idf, ridge: 0.001);

        // With next to no ridge a caption that has n-grams of its own is at its pictures' vector.
        int picture = concepts.TakeWhile(concept => concept.Pictures.Count > 1).Sum(concept => concept.Pictures.Count);
        var alone = concepts.First(concept => concept.Pictures.Count == 1);
        float[] predicted = regression.Apply(captions.Tokens[captions.IndexOf(alone.Pictures[0].Captions[0].Text)]);
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(predicted, vectors[picture]), 0.98, 1.0001);

        var batch = TextBatch.Of(captions.Tokens);
        float[][] learned = Vectors(() => ModelInputs.Encode(model.Text, batch));
        float[][] expected = [.. learned.Select((row, i) =>
        {
            float[] regressed = regression.Apply(captions.Tokens[i]);
            float length = TensorPrimitives.Norm<float>(regressed);
            float[] mean = [.. row.Select((value, d) => (0.7f * value) + (0.3f * regressed[d] / length))];
            TensorPrimitives.Divide(mean, TensorPrimitives.Norm<float>(mean), mean);
            return mean;
        })];
        using var runner = new OnnxRunner(TextTowerGraph.Write(model.Text, config, captions.Rows, regression));
        var tokenizer = new HashedNgramTokenizer(config.Model.Tokenizer, config.Model.MaxTokens);
        string[] texts = [.. concepts.SelectMany(concept => concept.Pictures).SelectMany(item => item.Captions).Select(caption => caption.Text).Distinct().OrderBy(captions.IndexOf)];
        var (values, _) = Run(runner, [.. texts.Select(tokenizer.Tokenize)]);
        AssertSameDirections(expected, values, 0.99999);
    }

    // As serving asks: with buckets, which the graph turns into rows.
    private static (float[] Values, long[] Shape) Run(OnnxRunner runner, TokenWeight[][] texts)
    {
        var batch = TextBatch.Of(texts);
        return runner.Run(("ids", batch.Ids, [batch.Rows, batch.Width]), ("weights", batch.Counts, [batch.Rows, batch.Width]));
    }

    // White squares with a few rectangles of one colour each: noise would look alike to every branch.
    private static byte[] Patches(int rows)
    {
        var random = new Random(3);
        var pixels = new byte[rows * 3 * 64 * 64];
        Array.Fill(pixels, (byte)255);
        for (int patch = 0; patch < 4 * rows; patch++)
        {
            int left = random.Next(50), top = random.Next(50), width = random.Next(6, 30), height = random.Next(6, 30);
            for (int channel = 0; channel < 3; channel++)
            {
                byte value = (byte)random.Next(256);
                for (int y = top; y < Math.Min(64, top + height); y++)
                    pixels.AsSpan((((((patch % rows) * 3) + channel) * 64) + y) * 64 + left, Math.Min(width, 64 - left)).Fill(value);
            }
        }

        return pixels;
    }

    private static DualEncoderConfig Config(WeightPrecision precision, ModelConfig model) =>
        new() { Name = "export-test", Model = model, Export = new ExportConfig { Weights = precision }, Pictures = new PicturesConfig { Trim = false } };

    // Norms are given statistics that a fresh model does not have: an export that forgets them fails.
    private static DualEncoderModel Model(DualEncoderConfig config)
    {
        TorchRuntime.EnsureReady();
        manual_seed(11);
        using var extractor = new PictureFeatureExtractor(config.Pictures.Features);
        var model = new DualEncoderModel(extractor.Count, config);
        using var withoutGradient = no_grad();
        foreach (var parameter in model.parameters().Where(parameter => parameter.dim() >= 1))
            parameter.add_(randn_like(parameter) * (parameter.dim() == 1 ? 0.3 : 0.05));
        foreach (var (_, norm) in model.Image.Convolutions?.Stages.SelectMany(stage => stage.Layers) ?? [])
        {
            norm.running_mean!.copy_(randn_like(norm.running_mean) * 0.2);
            norm.running_var!.copy_(rand_like(norm.running_var) + 0.5);
        }

        model.Image.Gradients?.Standardise([.. Enumerable.Range(0, extractor.Count).Select(i => i % 7 * 0.01f)], [.. Enumerable.Range(0, extractor.Count).Select(i => 5f + (i % 3))]);
        model.eval();
        return model;
    }

    private static float[][] Vectors(Func<TorchSharp.torch.Tensor> encode)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var vectors = encode();
        return [.. vectors.data<float>().ToArray().Chunk((int)vectors.shape[1])];
    }

    private static void AssertSameDirections(float[][] expected, float[] actual, double leastCosine)
    {
        float[][] rows = [.. actual.Chunk(expected[0].Length)];
        foreach (var row in rows)
            TensorPrimitives.Divide(row, TensorPrimitives.Norm<float>(row), row);
        for (int row = 0; row < rows.Length; row++)
        {
            double cosine = TensorPrimitives.CosineSimilarity<float>(expected[row], rows[row]);
            Assert.True(cosine >= leastCosine, $"row {row}: cosine {cosine}");
        }

        // What the rows have in common, biases above all, is taken away: a branch that is left out or fed wrongly then shows.
        if (leastCosine < 0.99999)
            return;
        float[][] centredExpected = Centred(expected), centred = Centred(rows);
        for (int row = 0; row < rows.Length; row++)
            Assert.InRange(TensorPrimitives.CosineSimilarity<float>(centredExpected[row], centred[row]), 0.9999, 1.0001);
    }

    private static float[][] Centred(float[][] rows) =>
        [.. rows.Select(row => row.Select((value, i) => value - rows.Average(other => other[i])).ToArray())];
}
