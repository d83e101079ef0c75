using static TorchSharp.torch;

namespace Manifold.Training.Tests;

/// <summary>The losses against their formulas, computed one cosine at a time.</summary>
[Collection(TorchTests.Name)]
public sealed class ContrastiveObjectiveTests
{
    private const int Batch = 5, Dimension = 7;

    public ContrastiveObjectiveTests() => TorchRuntime.EnsureReady(1);

    [Fact]
    public void InfoNce_OfRandomRows_IsTheMeanOfBothDirections()
    {
        var (a, b, cosines) = Rows();
        const double scale = 12;
        double expected = 0;
        for (int i = 0; i < Batch; i++)
        {
            expected -= Math.Log(Math.Exp(scale * cosines[i, i]) / Enumerable.Range(0, Batch).Sum(j => Math.Exp(scale * cosines[i, j]))) / (2 * Batch);
            expected -= Math.Log(Math.Exp(scale * cosines[i, i]) / Enumerable.Range(0, Batch).Sum(j => Math.Exp(scale * cosines[j, i]))) / (2 * Batch);
        }

        Assert.Equal(expected, InfoNceLoss.Of(a, b, tensor((float)scale)).item<float>(), 1e-4);
    }

    [Fact]
    public void HardestTriplet_OfRandomRows_TakesTheNearestOther()
    {
        var (a, b, cosines) = Rows();
        const double margin = 0.3;
        double expected = 0;
        for (int i = 0; i < Batch; i++)
        {
            var others = Enumerable.Range(0, Batch).Where(j => j != i).ToArray();
            expected += Math.Max(0, margin - cosines[i, i] + others.Max(j => cosines[i, j])) / (2 * Batch);
            expected += Math.Max(0, margin - cosines[i, i] + others.Max(j => cosines[j, i])) / (2 * Batch);
        }

        Assert.Equal(expected, HardestTripletLoss.Of(a, b, margin).item<float>(), 1e-5);
    }

    [Fact]
    public void Objective_LeavesOutTermsOfNoWeight_AndAddsTheOthersByWeight()
    {
        var (a, b, _) = Rows();
        var config = new LossConfig { ImageText = 2, ImageImage = 0, TextText = 0.5, Triplet = 0.25 };
        var pictures = cat([a, b]);
        var texts = cat([b, a]);
        var (loss, terms) = ContrastiveObjective.Of(pictures, texts, tensor(10f), config);
        Assert.Equal(["image_text", "text_text", "triplet"], terms.Keys.Order());
        double expected = (2 * terms["image_text"].item<float>()) + (0.5 * terms["text_text"].item<float>()) + (0.25 * terms["triplet"].item<float>());
        Assert.Equal(expected, loss.item<float>(), 1e-5);
    }

    private static (Tensor A, Tensor B, double[,] Cosines) Rows()
    {
        manual_seed(5);
        var a = nn.functional.normalize(randn(Batch, Dimension), dim: 1);
        var b = nn.functional.normalize(randn(Batch, Dimension), dim: 1);
        float[] x = a.data<float>().ToArray(), y = b.data<float>().ToArray();
        var cosines = new double[Batch, Batch];
        for (int i = 0; i < Batch; i++)
        {
            for (int j = 0; j < Batch; j++)
                cosines[i, j] = Enumerable.Range(0, Dimension).Sum(d => (double)x[(i * Dimension) + d] * y[(j * Dimension) + d]);
        }

        return (a, b, cosines);
    }
}
