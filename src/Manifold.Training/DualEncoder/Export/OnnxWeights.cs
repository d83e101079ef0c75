using Manifold.Training.Onnx;
using static TorchSharp.torch;

namespace Manifold.Training;

/// <summary>Puts learned tensors into a graph, stored at a precision and read as float32.</summary>
/// <param name="graph">The graph.</param>
/// <param name="precision">Of matrices and kernels; vectors stay float32.</param>
internal sealed class OnnxWeights(OnnxGraph graph, WeightPrecision precision)
{
    private static readonly Onnx.AttributeProto ToFloat = OnnxGraph.Int("to", (long)TensorProto.Types.DataType.Float);

    /// <summary>A vector.</summary>
    public string Vector(Tensor values) => graph.Constant(ValuesOf(values), values.shape);

    /// <summary>x · weightᵀ + bias, as torch's Linear has it.</summary>
    /// <param name="x">[… × in].</param>
    /// <param name="layer">Its weight is [out × in].</param>
    public string Linear(string x, TorchSharp.Modules.Linear layer)
    {
        // One scale an output: a row of torch's matrix, a column of the transposed one.
        string matrix = graph.Node("Transpose", [Rows(layer.weight!)], OnnxGraph.Ints("perm", 1, 0));
        return graph.Node("Add", [graph.Node("MatMul", [x, matrix]), Vector(layer.bias!)]);
    }

    /// <summary>A tensor whose first dimension numbers outputs, each with a scale of its own. ONNX Runtime computes the constant once, when it loads the model.</summary>
    public string Rows(Tensor weight)
    {
        float[] values = ValuesOf(weight);
        switch (precision)
        {
            case WeightPrecision.Float16:
                return graph.Node("Cast", [graph.Constant(Array.ConvertAll(values, value => (Half)value), weight.shape)], ToFloat);
            case WeightPrecision.Int8:
                var (codes, scales) = Quantized(weight);
                string raw = graph.Node("Cast", [graph.Constant(codes, weight.shape)], ToFloat);
                return graph.Node("Mul", [raw, graph.Constant(scales, [weight.shape[0], .. Enumerable.Repeat(1L, weight.shape.Length - 1)])]);
            default:
                return graph.Constant(values, weight.shape);
        }
    }

    /// <summary>The rows that ids name: only they are turned into float32.</summary>
    /// <param name="table">[rows × dimension].</param>
    /// <param name="ids">[batch × tokens].</param>
    /// <returns>[batch × tokens × dimension].</returns>
    public string Gather(Tensor table, string ids)
    {
        switch (precision)
        {
            case WeightPrecision.Float16:
                return graph.Node("Cast", [graph.Node("Gather", [graph.Constant(Array.ConvertAll(ValuesOf(table), value => (Half)value), table.shape), ids])], ToFloat);
            case WeightPrecision.Int8:
                var (codes, scales) = Quantized(table);
                string raw = graph.Node("Cast", [graph.Node("Gather", [graph.Constant(codes, table.shape), ids])], ToFloat);
                string scale = graph.Node("Gather", [graph.Constant(scales, scales.Length), ids]);
                return graph.Node("Mul", [raw, graph.Node("Unsqueeze", [scale, graph.Constant([2L], 1)])]);
            default:
                return graph.Node("Gather", [graph.Constant(ValuesOf(table), table.shape), ids]);
        }
    }

    private static (sbyte[] Codes, float[] Scales) Quantized(Tensor weight)
    {
        int rows = (int)weight.shape[0];
        return QuantizedRows.Of(new DenseMatrix(rows, (int)(weight.numel() / rows), ValuesOf(weight)));
    }

    private static float[] ValuesOf(Tensor tensor)
    {
        using var values = tensor.detach().contiguous();
        return values.data<float>().ToArray();
    }
}
