using Manifold.Encoders;
using Manifold.Training.Onnx;

namespace Manifold.Training;

/// <summary>Writes a fitted model as a bundle: two ONNX files and the manifest.</summary>
internal static class CcaBundle
{
    /// <summary>The bundle's name.</summary>
    public const string Name = "manifold-cca";

    private const string Version = "1.0.0";
    private const float Epsilon = 1e-9f;

    /// <summary>How serving prepares pictures for the graph.</summary>
    public static ImagePreprocessing Preprocessing(PictureFeatureOptions options) => new() { Width = options.Side, Height = options.Side };

    /// <summary>Declares the graph's input of pixels.</summary>
    public static string PixelsInput(OnnxGraph graph, PictureFeatureOptions options) => graph.Input(
        "pixels", TensorProto.Types.DataType.Float,
        OnnxDimension.Free("batch"), OnnxDimension.Fixed(3), OnnxDimension.Fixed(options.Side), OnnxDimension.Fixed(options.Side));

    /// <summary>Writes <c>image.onnx</c>, <c>text.onnx</c> and <c>bundle.json</c> into <paramref name="folder"/>, which is made if it is not there.</summary>
    public static void Write(string folder, CcaModel model, CcaOptions options)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "image.onnx"), ImageModel(model, options.Picture));
        File.WriteAllBytes(Path.Combine(folder, "text.onnx"), TextModel(model));
        Bundle.WriteManifest(folder, new BundleManifest
        {
            Name = Name,
            Version = Version,
            Dimension = options.Dimension,
            License = "Apache-2.0",
            Description = "Regularised CCA between HOG and colour features of drawings and hashed n-grams of captions in English, Chinese, French, Spanish and German.",
            Towers = new BundleTowers
            {
                Text = new TextTower
                {
                    Model = "text.onnx",
                    Inputs = new TextTowerInputs { Ids = "ids", Weights = "weights" },
                    Output = "vector",
                    MaxTokens = options.MaxTokens,
                    Tokenizer = options.Tokenizer,
                },
                Image = new ImageTower
                {
                    Model = "image.onnx",
                    Inputs = new ImageTowerInputs { Pixels = "pixels" },
                    Output = "vector",
                    Preprocessing = Preprocessing(options.Picture),
                },
            },
        });
    }

    /// <summary>Pixels → features → map − offset. The map is stored as float16.</summary>
    public static byte[] ImageModel(CcaModel model, PictureFeatureOptions options)
    {
        int dimension = model.PictureMap.Columns;
        var graph = new OnnxGraph("manifold-cca-image");
        var (features, count) = PictureFeatureGraph.Add(graph, PixelsInput(graph, options), options);
        string map = graph.Node(
            "Cast", [graph.Constant(Array.ConvertAll(model.PictureMap.Values, value => (Half)value), count, dimension)],
            OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Float));
        string vector = graph.Node("Sub", [graph.Node("MatMul", [features, map]), graph.Constant(model.PictureOffset, dimension)]);
        graph.Output("vector", vector, OnnxDimension.Free("batch"), OnnxDimension.Fixed(dimension));
        return graph.Write("Picture tower: oriented gradients and colour, then a linear map");
    }

    /// <summary>
    /// Bag of buckets → Σ weight·idf·row / |weight·idf| − offset. Rows are stored as int8 with one scale a row, and the scale is folded into
    /// the bucket's factor.
    /// </summary>
    public static byte[] TextModel(CcaModel model)
    {
        var (codes, scales) = QuantizedRows.Of(model.BucketMap);
        int buckets = model.BucketMap.Rows, dimension = model.BucketMap.Columns;
        var graph = new OnnxGraph("manifold-cca-text");
        string ids = graph.Input("ids", TensorProto.Types.DataType.Int64, OnnxDimension.Free("batch"), OnnxDimension.Free("tokens"));
        string weights = graph.Input("weights", TensorProto.Types.DataType.Float, OnnxDimension.Free("batch"), OnnxDimension.Free("tokens"));
        string weighted = graph.Node("Mul", [weights, graph.Node("Gather", [graph.Constant(model.Idf, buckets), ids])]);
        string length = graph.Node("ReduceL2", [weighted], OnnxGraph.Ints("axes", 1), OnnxGraph.Int("keepdims", 1));
        string unit = graph.Node("Div", [weighted, graph.Node("Max", [length, graph.Scalar(Epsilon)])]);
        string factors = graph.Node("Mul", [unit, graph.Node("Gather", [graph.Constant(scales, buckets), ids])]);
        string rows = graph.Node(
            "Cast", [graph.Node("Gather", [graph.Constant(codes, buckets, dimension), ids])],
            OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Float));
        // [batch × 1 × tokens] · [batch × tokens × dimension]: one small product a text.
        string sum = graph.Node("MatMul", [graph.Node("Unsqueeze", [factors, graph.Constant([1L], 1)]), rows]);
        string flat = graph.Node("Squeeze", [sum, graph.Constant([1L], 1)]);
        string vector = graph.Node("Sub", [flat, graph.Constant(model.TextOffset, dimension)]);
        graph.Output("vector", vector, OnnxDimension.Free("batch"), OnnxDimension.Fixed(dimension));
        return graph.Write("Text tower: hashed n-grams, then a linear map");
    }
}
