using Manifold.Training.Onnx;
using TorchSharp.Modules;

namespace Manifold.Training;

/// <summary>A <see cref="TransformerLayer"/> as ONNX nodes.</summary>
internal static class TransformerLayerGraph
{
    /// <summary>Adds it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weights">Puts the weights into it.</param>
    /// <param name="layer">What was learnt.</param>
    /// <param name="x">[batch × tokens × width].</param>
    /// <param name="bias">[batch × 1 × 1 × tokens], added to the attention's logits.</param>
    /// <param name="config">The sizes.</param>
    public static string Add(OnnxGraph graph, OnnxWeights weights, TransformerLayer layer, string x, string bias, TransformerBranchConfig config)
    {
        x = graph.Node("Add", [x, Attention(graph, weights, layer, Normalised(graph, weights, x, layer.AttentionNorm), bias, config)]);
        string inner = weights.Linear(Normalised(graph, weights, x, layer.FeedForwardNorm), layer.Expand);
        return graph.Node("Add", [x, weights.Linear(OnnxActivations.Silu(graph, inner), layer.Contract)]);
    }

    /// <summary>Normalisation over the last dimension.</summary>
    public static string Normalised(OnnxGraph graph, OnnxWeights weights, string x, LayerNorm norm) => graph.Node(
        "LayerNormalization", [x, weights.Vector(norm.weight!), weights.Vector(norm.bias!)],
        OnnxGraph.Int("axis", -1), OnnxGraph.Float("epsilon", (float)norm.eps));

    private static string Attention(OnnxGraph graph, OnnxWeights weights, TransformerLayer layer, string x, string bias, TransformerBranchConfig config)
    {
        int head = config.Width / config.Heads;
        string joined = graph.Node("Reshape", [weights.Linear(x, layer.QueryKeyValue), graph.Constant([0L, 0, 3, config.Heads, head], 5)]);

        // [3 × batch × heads × tokens × head]
        string parts = graph.Node("Transpose", [joined], OnnxGraph.Ints("perm", 2, 0, 3, 1, 4));
        string Part(long index) => graph.Node("Gather", [parts, graph.Constant([index], Array.Empty<long>())], OnnxGraph.Int("axis", 0));
        string keys = graph.Node("Transpose", [Part(1)], OnnxGraph.Ints("perm", 0, 1, 3, 2));
        string logits = graph.Node("Mul", [graph.Node("MatMul", [Part(0), keys]), graph.Scalar(1 / MathF.Sqrt(head))]);
        string shares = graph.Node("Softmax", [graph.Node("Add", [logits, bias])], OnnxGraph.Int("axis", -1));
        string mixed = graph.Node("Transpose", [graph.Node("MatMul", [shares, Part(2)])], OnnxGraph.Ints("perm", 0, 2, 1, 3));
        return weights.Linear(graph.Node("Reshape", [mixed, graph.Constant([0L, 0, config.Width], 3)]), layer.AttentionOutput);
    }
}
