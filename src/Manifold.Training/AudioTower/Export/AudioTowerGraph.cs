using Manifold.Training.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>A learned tower of sound as an ONNX model: log-mel [batch × bands × frames] → vector [batch × dimension], not normalised.</summary>
internal static class AudioTowerGraph
{
    /// <summary>The input's name.</summary>
    public const string Input = "mel";

    /// <summary>The model's bytes.</summary>
    /// <param name="tower">What was learnt.</param>
    /// <param name="bands">Rows of its input.</param>
    /// <param name="dimension">Of the shared space.</param>
    /// <param name="config">The tower's sizes.</param>
    /// <param name="precision">Storage of the matrices.</param>
    public static byte[] Write(AudioTowerModule tower, int bands, int dimension, AudioModelConfig config, WeightPrecision precision)
    {
        using var scope = NewDisposeScope();
        var graph = new OnnxGraph("audio");
        var weights = new OnnxWeights(graph, precision);
        string mel = graph.Input(Input, TensorProto.Types.DataType.Float, OnnxDimension.Free("batch"), OnnxDimension.Fixed(bands), OnnxDimension.Free("frames"));
        string loudest = graph.Node("ReduceMax", [mel], OnnxGraph.Ints("axes", 1));
        string floor = graph.Node("Sub", [graph.Node("ReduceMax", [loudest], OnnxGraph.Ints("axes", 2)), graph.Scalar((float)config.Range)]);
        string loud = graph.Node("Cast", [graph.Node("Greater", [loudest, floor])], OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Float));
        string heard = graph.Node(
            "MaxPool", [loud], OnnxGraph.Ints("kernel_shape", (2 * AudioTowerModule.Reach) + 1), OnnxGraph.Ints("strides", 1), OnnxGraph.Ints("pads", AudioTowerModule.Reach, AudioTowerModule.Reach));
        string x = graph.Node("Max", [mel, floor]);
        string Sum(string values) => graph.Node("ReduceSum", [values, graph.Constant([2L], 1)]);
        string mean = graph.Node("Div", [Sum(graph.Node("Mul", [x, heard])), Sum(heard)]);
        x = graph.Node("Mul", [graph.Node("Mul", [graph.Node("Sub", [x, mean]), heard]), graph.Scalar(1 / AudioTowerModule.Spread)]);
        foreach (var (i, convolution) in tower.Stem.Index())
        {
            heard = graph.Node("Slice", [heard, graph.Constant([0L], 1), graph.Constant([long.MaxValue], 1), graph.Constant([2L], 1), graph.Constant([2L], 1)]);
            x = graph.Node("Mul", [OnnxActivations.Silu(graph, NormalisedChannels(graph, weights, Convolution(graph, weights, convolution, x, stride: 2, dilation: 1), tower.Norms[i])), heard]);
        }

        foreach (var (i, convolution) in tower.Residual.Index())
        {
            string inner = graph.Node("Mul", [OnnxActivations.Silu(graph, NormalisedChannels(graph, weights, x, tower.Norms[tower.Stem.Count + i])), heard]);
            x = graph.Node("Add", [x, graph.Node("Mul", [Convolution(graph, weights, convolution, inner, stride: 1, AudioTowerModule.Dilation(i)), heard])]);
        }

        string quiet = graph.Node("Mul", [graph.Node("Sub", [graph.Scalar(1), heard]), graph.Scalar(TransformerBranch.NoToken)]);
        string bias = graph.Node("Unsqueeze", [quiet, graph.Constant([1L], 1)]);
        string frames = Transposed(graph, x);
        foreach (var layer in tower.Layers)
            frames = TransformerLayerGraph.Add(graph, weights, layer, frames, bias, tower.Transformer);
        frames = TransformerLayerGraph.Normalised(graph, weights, frames, tower.Norm);
        string logits = graph.Node("Add", [Transposed(graph, weights.Linear(frames, tower.Attention)), quiet]);
        string pooled = graph.Node("MatMul", [graph.Node("Softmax", [logits], OnnxGraph.Int("axis", -1)), frames]);
        string direction = graph.Node("LpNormalization", [weights.Linear(graph.Node("Flatten", [pooled], OnnxGraph.Int("axis", 1)), tower.Output)], OnnxGraph.Int("axis", -1), OnnxGraph.Int("p", 2));
        string vector = graph.Node("Add", [graph.Node("Mul", [direction, weights.Vector(tower.Radius)]), weights.Vector(tower.Centre)]);
        graph.Output("vector", vector, OnnxDimension.Free("batch"), OnnxDimension.Fixed(dimension));
        return graph.Write("Tower of sound");
    }

    private static string Transposed(OnnxGraph graph, string x) => graph.Node("Transpose", [x], OnnxGraph.Ints("perm", 0, 2, 1));

    private static string NormalisedChannels(OnnxGraph graph, OnnxWeights weights, string x, LayerNorm norm) =>
        Transposed(graph, TransformerLayerGraph.Normalised(graph, weights, Transposed(graph, x), norm));

    private static string Convolution(OnnxGraph graph, OnnxWeights weights, Conv1d layer, string x, int stride, int dilation) => graph.Node(
        "Conv", [x, weights.Rows(layer.weight!), weights.Vector(layer.bias!)],
        OnnxGraph.Ints("strides", stride), OnnxGraph.Ints("dilations", dilation), OnnxGraph.Ints("pads", 2 * dilation, 2 * dilation));
}
