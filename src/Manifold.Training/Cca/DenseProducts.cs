using Manifold.Training.Onnx;

namespace Manifold.Training;

/// <summary>Products of large float32 matrices on all cores, by ONNX Runtime's own matrix kernels (which the trainer loads anyway).</summary>
internal static class DenseProducts
{
    private static readonly Lazy<OnnxRunner> Plain = new(() => new OnnxRunner(Model(transposeA: false)));
    private static readonly Lazy<OnnxRunner> TransposedA = new(() => new OnnxRunner(Model(transposeA: true)));

    /// <summary>A·B.</summary>
    public static DenseMatrix Multiply(DenseMatrix a, DenseMatrix b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Columns, b.Rows);
        return Run(Plain.Value, a, b, a.Rows);
    }

    /// <summary>Aᵀ·B.</summary>
    public static DenseMatrix TransposeMultiply(DenseMatrix a, DenseMatrix b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Rows, b.Rows);
        return Run(TransposedA.Value, a, b, a.Columns);
    }

    private static DenseMatrix Run(OnnxRunner runner, DenseMatrix a, DenseMatrix b, int rows)
    {
        var (values, _) = runner.Run(("a", a.Values, [a.Rows, a.Columns]), ("b", b.Values, [b.Rows, b.Columns]));
        return new DenseMatrix(rows, b.Columns, values);
    }

    private static byte[] Model(bool transposeA)
    {
        var graph = new OnnxGraph("product");
        string a = graph.Input("a", TensorProto.Types.DataType.Float, OnnxDimension.Free("ra"), OnnxDimension.Free("ca"));
        string b = graph.Input("b", TensorProto.Types.DataType.Float, OnnxDimension.Free("rb"), OnnxDimension.Free("cb"));
        string product = graph.Node("Gemm", [a, b], OnnxGraph.Int("transA", transposeA ? 1 : 0));
        graph.Output("product", product, OnnxDimension.Free("r"), OnnxDimension.Free("c"));
        return graph.Write("C = A B");
    }
}
