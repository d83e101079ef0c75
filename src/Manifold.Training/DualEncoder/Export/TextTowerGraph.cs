using Manifold.Training.Onnx;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>A learned text tower as an ONNX model: ids and weights [batch × tokens] of hashed n-grams → vector [batch × dimension], not normalised.</summary>
internal static class TextTowerGraph
{
    /// <summary>The model's bytes.</summary>
    /// <param name="tower">What was learnt.</param>
    /// <param name="config">The run.</param>
    /// <param name="chosen">Which buckets have rows.</param>
    /// <param name="regression">The second opinion, or null for none.</param>
    public static byte[] Write(TextTowerModule tower, DualEncoderConfig config, NgramRows chosen, TextRegression? regression)
    {
        using var scope = NewDisposeScope();
        var graph = new OnnxGraph($"{config.Name}-text");
        var weights = new OnnxWeights(graph, config.Export.Weights);
        string buckets = graph.Input("ids", TensorProto.Types.DataType.Int64, OnnxDimension.Free("batch"), OnnxDimension.Free("tokens"));
        string counts = graph.Input("weights", TensorProto.Types.DataType.Float, OnnxDimension.Free("batch"), OnnxDimension.Free("tokens"));
        string all = graph.Node("Gather", [RowOfBucket(graph, chosen), buckets]);
        string ids = chosen.Count > chosen.Shared ? OfCaptions(graph, all, chosen.Shared) : all;
        string shares = Shares(graph, counts, weights.Vector(tower.Idf), ids);
        string rows = weights.Gather(tower.Table, ids);
        string? ngrams = tower.Ngrams is { } branch ? Ngrams(graph, weights, branch, rows, shares) : null;
        string? transformer = tower.Transformer is { } network ? Transformer(graph, weights, network, rows, shares, config.Model.Transformer) : null;
        string sum = (ngrams, transformer) switch
        {
            ({ } n, { } t) => graph.Node("Add", [n, t]),
            _ => ngrams ?? transformer!,
        };
        if (regression is not null)
            sum = Blend(graph, weights, sum, regression, all, Shares(graph, counts, graph.Constant(regression.Idf, regression.Idf.Length), all), (float)config.Export.RegressionShare);
        graph.Output("vector", sum, OnnxDimension.Free("batch"), OnnxDimension.Fixed(config.Model.Dimension));
        return graph.Write("Text tower of a dual encoder");
    }

    // In two bytes where they are enough.
    private static string RowOfBucket(OnnxGraph graph, NgramRows chosen) => chosen.Count > ushort.MaxValue
        ? graph.Constant(chosen.OfBucket, chosen.OfBucket.Length)
        : graph.Node("Cast", [graph.Constant(Array.ConvertAll(chosen.OfBucket.ToArray(), row => (ushort)row), chosen.OfBucket.Length)], OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Int32));

    // Rows of words without captions become row 0.
    private static string OfCaptions(OnnxGraph graph, string rows, int end)
    {
        string inside = graph.Node("Less", [rows, graph.Constant([end], Array.Empty<long>())]);
        return graph.Node("Mul", [rows, graph.Node("Cast", [inside], OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Int32))]);
    }

    // Counts times idf, of length 1 together.
    private static string Shares(OnnxGraph graph, string counts, string idf, string rows)
    {
        string weighted = graph.Node("Mul", [counts, graph.Node("Gather", [idf, rows])]);
        string length = graph.Node("ReduceL2", [weighted], OnnxGraph.Ints("axes", 1), OnnxGraph.Int("keepdims", 1));
        return graph.Node("Div", [weighted, graph.Node("Max", [length, graph.Scalar(TextTowerModule.Epsilon)])]);
    }

    // Both of length 1, then their weighted mean.
    private static string Blend(OnnxGraph graph, OnnxWeights weights, string learned, TextRegression regression, string ids, string shares, float share)
    {
        string Unit(string rows) => graph.Node("LpNormalization", [rows], OnnxGraph.Int("axis", -1), OnnxGraph.Int("p", 2));
        string rows = weights.Gather(tensor(regression.Table.Values, [regression.Table.Rows, regression.Table.Columns]), ids);
        string regressed = graph.Node("Add", [WeightedSum(graph, shares, rows), graph.Constant(regression.Offset, regression.Offset.Length)]);
        return graph.Node("Add", [
            graph.Node("Mul", [Unit(learned), graph.Scalar(1 - share)]),
            graph.Node("Mul", [Unit(regressed), graph.Scalar(share)])]);
    }

    private static string Ngrams(OnnxGraph graph, OnnxWeights weights, NgramBranch branch, string rows, string shares)
    {
        string sum = WeightedSum(graph, shares, rows);
        return branch.Perceptron is { } perceptron
            ? graph.Node("Add", [sum, weights.Linear(OnnxActivations.Silu(graph, weights.Linear(sum, perceptron.Hidden)), perceptron.Output)])
            : sum;
    }

    private static string Transformer(
        OnnxGraph graph, OnnxWeights weights, TransformerBranch branch, string rows, string shares, TransformerBranchConfig config)
    {
        string absent = graph.Node("Cast", [graph.Node("Equal", [shares, graph.Scalar(0)])], OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Float));
        string bias = graph.Node("Unsqueeze", [graph.Node("Mul", [absent, graph.Scalar(TransformerBranch.NoToken)]), graph.Constant([1L, 2L], 2)]);
        string x = weights.Linear(rows, branch.Input);
        foreach (var layer in branch.Layers)
            x = TransformerLayerGraph.Add(graph, weights, layer, x, bias, config);

        string pooled = WeightedSum(graph, graph.Node("Mul", [shares, shares]), TransformerLayerGraph.Normalised(graph, weights, x, branch.Norm));
        return weights.Linear(pooled, branch.Output);
    }

    // [batch × tokens] · [batch × tokens × width] → [batch × width]
    private static string WeightedSum(OnnxGraph graph, string weights, string rows) => graph.Node(
        "Squeeze", [graph.Node("MatMul", [graph.Node("Unsqueeze", [weights, graph.Constant([1L], 1)]), rows]), graph.Constant([1L], 1)]);
}
