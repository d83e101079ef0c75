using Manifold.Training.Onnx;

namespace Manifold.Training;

/// <summary>
/// Picture features as ONNX nodes, from pixels float32 [batch × 3 × side × side] in 0..1 on white. Four blocks, each of length 1 times its weight:
/// histograms of oriented gradients (Dalal and Triggs, CVPR 2005; signed and unsigned bins as in Felzenszwalb et al., PAMI 32(9), 2010) at two
/// scales, soft colour histograms over a grid, and the picture at the resolution of the cells. Square roots are taken of histograms (Hellinger).
/// </summary>
internal static class PictureFeatureGraph
{
    private const float Epsilon = 1e-6f;

    /// <summary>Width of the soft assignment to palette colours, in units of the distance between two levels.</summary>
    private const float PaletteWidth = 0.5f;

    /// <summary>Adds the nodes.</summary>
    /// <returns>Name of the features, [batch × count], and their count.</returns>
    public static (string Features, int Count) Add(OnnxGraph graph, string pixels, PictureFeatureOptions options)
    {
        // Ink is 0 on the white background, so that zero padding continues the background.
        string ink = graph.Node("Sub", [graph.Scalar(1), pixels]);
        string orientations = Orientations(graph, ink, options);
        string cells = PoolTriangular(graph, orientations, 2 * options.Orientations, options.Cell);
        int grid = options.Side / options.Cell;
        string fine = Histogram(graph, cells, options, grid, weight: 1);
        string coarse = Histogram(graph, AveragePool(graph, cells, 2), options, grid / 2, options.CoarseWeight);
        string colour = Colour(graph, pixels, options);
        string thumbnail = UnitLength(graph, Flatten(graph, AveragePool(graph, ink, options.Cell)), options.ThumbnailWeight);
        int colours = options.ColourLevels * options.ColourLevels * options.ColourLevels;
        int count = (3 * options.Orientations * ((grid * grid) + (grid / 2 * (grid / 2)))) + (colours * options.ColourGrid * options.ColourGrid) + (3 * grid * grid);
        return (graph.Node("Concat", [fine, coarse, colour, thumbnail], OnnxGraph.Int("axis", 1)), count);
    }

    // [batch × 2K × side × side]: the gradient's length, shared among 2K signed directions by a power of the cosine.
    private static string Orientations(OnnxGraph graph, string ink, PictureFeatureOptions options)
    {
        float[] along = [0, 0, 0, -1, 0, 1, 0, 0, 0];
        float[] down = [0, -1, 0, 0, 0, 0, 0, 1, 0];
        string gx = Gradient(graph, ink, along);
        string gy = Gradient(graph, ink, down);
        string squares = graph.Node("Add", [graph.Node("Mul", [gx, gx]), graph.Node("Mul", [gy, gy])]);

        // Of the three channels the one with the longest gradient speaks; a tie is shared.
        string longest = graph.Node("ReduceMax", [squares], OnnxGraph.Ints("axes", 1), OnnxGraph.Int("keepdims", 1));
        string chosen = graph.Node("Cast", [graph.Node("GreaterOrEqual", [squares, longest])], OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Float));
        string voters = Sum(graph, chosen);
        string x = graph.Node("Div", [Sum(graph, graph.Node("Mul", [gx, chosen])), voters]);
        string y = graph.Node("Div", [Sum(graph, graph.Node("Mul", [gy, chosen])), voters]);
        string length = graph.Node("Sqrt", [graph.Node("Add", [graph.Node("Add", [graph.Node("Mul", [x, x]), graph.Node("Mul", [y, y])]), graph.Scalar(Epsilon)])]);

        int bins = 2 * options.Orientations;
        var directions = new float[bins * 2];
        for (int k = 0; k < bins; k++)
            (directions[2 * k], directions[(2 * k) + 1]) = ((float)Math.Cos(2 * Math.PI * k / bins), (float)Math.Sin(2 * Math.PI * k / bins));
        string unit = graph.Node("Div", [graph.Node("Concat", [x, y], OnnxGraph.Int("axis", 1)), length]);
        string cosines = graph.Node("Relu", [graph.Node("Conv", [unit, graph.Constant(directions, bins, 2, 1, 1)])]);
        return graph.Node("Mul", [Power(graph, cosines, options.Sharpness), length]);
    }

    // By repeated squaring: ONNX Runtime's Pow costs more than all the rest of the graph.
    private static string Power(OnnxGraph graph, string value, int exponent)
    {
        if (exponent == 1)
            return value;
        string half = Power(graph, value, exponent / 2);
        string square = graph.Node("Mul", [half, half]);
        return exponent % 2 == 0 ? square : graph.Node("Mul", [square, value]);
    }

    private static string Gradient(OnnxGraph graph, string ink, float[] kernel) => graph.Node(
        "Conv", [ink, graph.Constant([.. kernel, .. kernel, .. kernel], 3, 1, 3, 3)], OnnxGraph.Int("group", 3), OnnxGraph.Ints("pads", 1, 1, 1, 1));

    // Cells that overlap by half with triangular weights: a pixel is shared bilinearly among its four nearest cells.
    private static string PoolTriangular(OnnxGraph graph, string maps, int channels, int cell)
    {
        int size = 2 * cell;
        var kernel = new float[channels * size * size];
        for (int i = 0; i < kernel.Length; i++)
        {
            int row = i / size % size, column = i % size;
            kernel[i] = Triangle(row, cell) * Triangle(column, cell) / (cell * cell);
        }

        int pad = cell / 2;
        return graph.Node(
            "Conv", [maps, graph.Constant(kernel, channels, 1, size, size)],
            OnnxGraph.Int("group", channels), OnnxGraph.Ints("strides", cell, cell), OnnxGraph.Ints("pads", pad, pad, pad, pad));
    }

    private static float Triangle(int position, int cell) => 1 - (Math.Abs(position + 0.5f - cell) / cell);

    // Signed and unsigned bins of each cell over the mean energy of its neighbourhood, clipped, square-rooted: [batch × 3K·grid²].
    private static string Histogram(OnnxGraph graph, string cells, PictureFeatureOptions options, int grid, float weight)
    {
        int k = options.Orientations;
        var fold = new float[3 * k * 2 * k];
        for (int bin = 0; bin < 2 * k; bin++)
        {
            fold[(bin * 2 * k) + bin] = 1;
            fold[(((2 * k) + (bin % k)) * 2 * k) + bin] = 1;
        }

        string bins = graph.Node("Conv", [cells, graph.Constant(fold, 3 * k, 2 * k, 1, 1)]);
        string energy = Sum(graph, graph.Node("Mul", [cells, cells]));
        string around = grid > 2
            ? graph.Node("AveragePool", [energy], OnnxGraph.Ints("kernel_shape", 3, 3), OnnxGraph.Ints("strides", 1, 1), OnnxGraph.Ints("pads", 1, 1, 1, 1))
            : energy;
        string norm = graph.Node("Sqrt", [graph.Node("Add", [around, graph.Scalar(options.BlockFloor)])]);
        string ratio = graph.Node("Min", [graph.Node("Div", [bins, norm]), graph.Scalar(1)]);
        return UnitLength(graph, Flatten(graph, SquareRoot(graph, ratio)), weight);
    }

    // Soft assignment of each pixel to a palette of levels³ colours, pooled over a grid: [batch × levels³·grid²].
    private static string Colour(OnnxGraph graph, string pixels, PictureFeatureOptions options)
    {
        int levels = options.ColourLevels, colours = levels * levels * levels;
        float step = 1f / (levels - 1);
        float sharpness = 1 / (2 * PaletteWidth * PaletteWidth * step * step);
        var weights = new float[colours * 3];
        var bias = new float[colours];
        for (int c = 0; c < colours; c++)
        {
            // -|p - c|²/(2w²) up to a term that all colours share.
            float[] colour = [c / (levels * levels) * step, c / levels % levels * step, c % levels * step];
            for (int channel = 0; channel < 3; channel++)
                weights[(c * 3) + channel] = 2 * sharpness * colour[channel];
            bias[c] = -sharpness * ((colour[0] * colour[0]) + (colour[1] * colour[1]) + (colour[2] * colour[2]));
        }

        // Half the resolution is enough for colour and a quarter of the work.
        string small = AveragePool(graph, pixels, 2);
        string logits = graph.Node("Conv", [small, graph.Constant(weights, colours, 3, 1, 1), graph.Constant(bias, colours)]);
        string shares = graph.Node("Softmax", [logits], OnnxGraph.Int("axis", 1));
        string pooled = AveragePool(graph, shares, options.Side / 2 / options.ColourGrid);
        return UnitLength(graph, Flatten(graph, SquareRoot(graph, pooled)), options.ColourWeight);
    }

    private static string AveragePool(OnnxGraph graph, string maps, int size) =>
        graph.Node("AveragePool", [maps], OnnxGraph.Ints("kernel_shape", size, size), OnnxGraph.Ints("strides", size, size));

    private static string SquareRoot(OnnxGraph graph, string values) =>
        graph.Node("Sqrt", [graph.Node("Add", [values, graph.Scalar(Epsilon)])]);

    private static string Sum(OnnxGraph graph, string maps) =>
        graph.Node("ReduceSum", [maps, graph.Constant([1L], 1)], OnnxGraph.Int("keepdims", 1));

    private static string Flatten(OnnxGraph graph, string maps) => graph.Node("Flatten", [maps], OnnxGraph.Int("axis", 1));

    private static string UnitLength(OnnxGraph graph, string rows, float weight)
    {
        string length = graph.Node("ReduceL2", [rows], OnnxGraph.Ints("axes", 1), OnnxGraph.Int("keepdims", 1));
        string scaled = graph.Node("Div", [rows, graph.Node("Add", [length, graph.Scalar(Epsilon)])]);
        return weight == 1 ? scaled : graph.Node("Mul", [scaled, graph.Scalar(weight)]);
    }
}
