using Manifold.Training.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>A learned picture tower as an ONNX model: pixels [batch × 3 × input side × input side] in 0..1 → vector [batch × dimension], not normalised.</summary>
internal static class ImageTowerGraph
{
    /// <summary>The model's bytes.</summary>
    public static byte[] Write(ImageTowerModule tower, DualEncoderConfig config)
    {
        using var scope = NewDisposeScope();
        var graph = new OnnxGraph($"{config.Name}-image");
        var weights = new OnnxWeights(graph, config.Export.Weights);
        string pixels = ServedPictures.Input(graph, config.Pictures);
        if (config.Export.Mirror)
            pixels = graph.Node("Concat", [pixels, Mirrored(graph, pixels)], OnnxGraph.Int("axis", 0));
        string? gradients = tower.Gradients is { } branch ? Gradients(graph, weights, branch, PictureFeatureGraph.Add(graph, pixels, config.Pictures.Features).Features) : null;
        string? convolutions = tower.Convolutions is { } network ? Convolutions(graph, weights, network, pixels) : null;
        string sum = (gradients, convolutions) switch
        {
            ({ } g, { } c) => graph.Node("Add", [g, c]),
            _ => gradients ?? convolutions!,
        };
        if (config.Export.Mirror)
            sum = MeanOfHalves(graph, sum, config.Model.Dimension);
        graph.Output("vector", sum, OnnxDimension.Free("batch"), OnnxDimension.Fixed(config.Model.Dimension));
        return graph.Write("Picture tower of a dual encoder");
    }

    private static string Mirrored(OnnxGraph graph, string pixels) => graph.Node(
        "Slice", [pixels, graph.Constant([-1L], 1), graph.Constant([long.MinValue], 1), graph.Constant([3L], 1), graph.Constant([-1L], 1)]);

    // [2·batch × dimension] → the mean of both halves, each row of length 1 first: [batch × dimension].
    private static string MeanOfHalves(OnnxGraph graph, string rows, int dimension)
    {
        string unit = graph.Node("LpNormalization", [rows], OnnxGraph.Int("axis", -1), OnnxGraph.Int("p", 2));
        string halves = graph.Node("Reshape", [unit, graph.Constant([2L, -1, dimension], 3)]);
        return graph.Node("ReduceMean", [halves], OnnxGraph.Ints("axes", 0), OnnxGraph.Int("keepdims", 0));
    }

    private static string Gradients(OnnxGraph graph, OnnxWeights weights, GradientBranch branch, string features)
    {
        string x = graph.Node("Mul", [graph.Node("Sub", [features, weights.Vector(branch.Mean)]), weights.Vector(branch.Scale)]);
        string hidden = OnnxActivations.Silu(graph, weights.Linear(x, branch.Hidden));
        return graph.Node("Add", [weights.Linear(x, branch.Direct), weights.Linear(hidden, branch.Output)]);
    }

    private static string Convolutions(OnnxGraph graph, OnnxWeights weights, ConvolutionBranch branch, string pixels)
    {
        string half = graph.Node("AveragePool", [pixels], OnnxGraph.Ints("kernel_shape", 2, 2), OnnxGraph.Ints("strides", 2, 2));
        string x = graph.Node("Sub", [graph.Scalar(1), half]);
        foreach (var stage in branch.Stages)
        {
            x = graph.Node("Relu", [Convolution(graph, weights, stage.Layers[0], x, stride: 2)]);
            string inner = graph.Node("Relu", [Convolution(graph, weights, stage.Layers[1], x, stride: 1)]);
            x = graph.Node("Relu", [graph.Node("Add", [x, Convolution(graph, weights, stage.Layers[2], inner, stride: 1)])]);
        }

        return weights.Linear(graph.Node("Flatten", [x], OnnxGraph.Int("axis", 1)), branch.Output);
    }

    // The norm's running statistics are a factor and an offset of each channel, which the convolution takes in.
    private static string Convolution(OnnxGraph graph, OnnxWeights weights, (Conv2d Convolution, BatchNorm2d Norm) layer, string x, int stride)
    {
        using var withoutGradient = no_grad();
        var norm = layer.Norm;
        var factor = norm.weight! / norm.running_var!.Plus(Scalars.Of(norm.eps)).sqrt();
        var offset = norm.bias! - (norm.running_mean! * factor);
        return graph.Node(
            "Conv", [x, weights.Rows(layer.Convolution.weight! * factor.view(-1, 1, 1, 1)), weights.Vector(offset)],
            OnnxGraph.Ints("strides", stride, stride), OnnxGraph.Ints("pads", 1, 1, 1, 1));
    }
}
