using Manifold.Training.Onnx;

namespace Manifold.Training;

/// <summary>
/// Cuts away a white border, as ONNX nodes: the smallest square with everything that is not white is sampled at the size of the result. A picture without a white border,
/// such as a photograph, comes out whole.
/// </summary>
internal static class BorderTrimGraph
{
    /// <summary>How far the darkest channel is from white, of 1, where a pixel belongs to the drawing: above the noise of JPEG around it.</summary>
    public const float Threshold = 0.08f;

    /// <summary>Adds the nodes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="pixels">[batch × 3 × input side × input side] in 0..1.</param>
    /// <param name="inputSide">Twice the output side at least, so that a drawing of half the square keeps its detail.</param>
    /// <param name="outputSide">Side of the result.</param>
    /// <returns>[batch × 3 × output side × output side].</returns>
    public static string Add(OnnxGraph graph, string pixels, int inputSide, int outputSide)
    {
        string darkest = graph.Node("ReduceMin", [pixels], OnnxGraph.Ints("axes", 1), OnnxGraph.Int("keepdims", 0));
        string ink = graph.Node(
            "Cast", [graph.Node("Less", [darkest, graph.Scalar(1 - Threshold)])], OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Float));
        var (left, right) = Extent(graph, ink, axis: 1, inputSide);
        var (top, bottom) = Extent(graph, ink, axis: 2, inputSide);
        string width = graph.Node("Sub", [right, left]), height = graph.Node("Sub", [bottom, top]);
        string side = graph.Node("Mul", [graph.Node("Max", [width, height]), graph.Scalar(1f / inputSide)]);

        // GridSample's coordinates run from -1 to 1 over the input's edges; those of the result's pixels are their middles.
        float[] middles = [.. Enumerable.Range(0, outputSide).Select(i => (((2 * i) + 1f) / outputSide) - 1)];
        string x = Coordinates(graph, graph.Constant(middles, 1, outputSide), side, left, right, inputSide, [1L, 3]);
        string y = Coordinates(graph, graph.Constant(middles, 1, outputSide), side, top, bottom, inputSide, [2L, 3]);
        string shape = graph.Constant([1L, outputSide, outputSide, 1], 4);
        string grid = graph.Node("Concat", [graph.Node("Expand", [x, shape]), graph.Node("Expand", [y, shape])], OnnxGraph.Int("axis", -1));

        // Ink is sampled, so that what lies outside of the input is white.
        string sampled = graph.Node(
            "GridSample", [graph.Node("Sub", [graph.Scalar(1), pixels]), grid],
            OnnxGraph.Text("mode", "bilinear"), OnnxGraph.Text("padding_mode", "zeros"), OnnxGraph.Int("align_corners", 0));
        return graph.Node("Sub", [graph.Scalar(1), sampled]);
    }

    // First and last column (or row) with ink, the last one exclusive, [batch × 1]; the whole side where there is no ink.
    private static (string First, string End) Extent(OnnxGraph graph, string ink, int axis, int side)
    {
        string present = graph.Node("ReduceMax", [ink], OnnxGraph.Ints("axes", axis), OnnxGraph.Int("keepdims", 0));
        string Farthest(Func<int, float> distance) => graph.Node(
            "ReduceMax", [graph.Node("Mul", [present, graph.Constant([.. Enumerable.Range(0, side).Select(distance)], 1, side)])],
            OnnxGraph.Ints("axes", 1), OnnxGraph.Int("keepdims", 1));
        string any = graph.Node("ReduceMax", [present], OnnxGraph.Ints("axes", 1), OnnxGraph.Int("keepdims", 1));
        string all = graph.Node("Mul", [graph.Node("Sub", [graph.Scalar(1), any]), graph.Scalar(side)]);
        string end = graph.Node("Add", [Farthest(i => i + 1), all]);
        string first = graph.Node("Sub", [graph.Scalar(side), graph.Node("Add", [Farthest(i => side - i), all])]);
        return (first, end);
    }

    // Centre + side · middles, [batch × 1 × size × 1] or [batch × size × 1 × 1].
    private static string Coordinates(OnnxGraph graph, string middles, string side, string first, string end, int inputSide, long[] axes)
    {
        string centre = graph.Node("Sub", [graph.Node("Mul", [graph.Node("Add", [first, end]), graph.Scalar(1f / inputSide)]), graph.Scalar(1)]);
        return graph.Node("Unsqueeze", [graph.Node("Add", [centre, graph.Node("Mul", [side, middles])]), graph.Constant(axes, axes.Length)]);
    }
}
