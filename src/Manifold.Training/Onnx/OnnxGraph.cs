using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Manifold.Training.Onnx;

/// <summary>
/// Builds an ONNX model node by node. Every method that adds a node returns the name of its output, so that an expression reads from the
/// inside out. Not thread-safe.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>The operator set of the nodes: the newest whose form of every operator used here is older than ONNX Runtime 1.17.</summary>
    public const int Opset = 17;

    private const int IrVersion = 8;
    private readonly GraphProto _graph = new() { Name = name };
    private int _next;

    /// <summary>Declares an input; a null dimension is the batch or another free size.</summary>
    public string Input(string input, TensorProto.Types.DataType type, params (string? Free, long Size)[] shape)
    {
        _graph.Input.Add(ValueInfo(input, type, shape));
        return input;
    }

    /// <summary>Names <paramref name="value"/> as an output of the graph, float32.</summary>
    public void Output(string output, string value, params (string? Free, long Size)[] shape)
    {
        _graph.Node.Add(new NodeProto { OpType = "Identity", Input = { value }, Output = { output } });
        _graph.Output.Add(ValueInfo(output, TensorProto.Types.DataType.Float, shape));
    }

    /// <summary>A float32 constant.</summary>
    public string Constant(ReadOnlySpan<float> values, params long[] shape) =>
        Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Float, shape);

    /// <summary>An int64 constant.</summary>
    public string Constant(ReadOnlySpan<long> values, params long[] shape) =>
        Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int64, shape);

    /// <summary>An int32 constant.</summary>
    public string Constant(ReadOnlySpan<int> values, params long[] shape) =>
        Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int32, shape);

    /// <summary>A uint16 constant.</summary>
    public string Constant(ReadOnlySpan<ushort> values, params long[] shape) =>
        Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Uint16, shape);

    /// <summary>An int8 constant.</summary>
    public string Constant(ReadOnlySpan<sbyte> values, params long[] shape) =>
        Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int8, shape);

    /// <summary>A float16 constant.</summary>
    public string Constant(ReadOnlySpan<Half> values, params long[] shape) =>
        Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Float16, shape);

    /// <summary>A float32 scalar.</summary>
    public string Scalar(float value) => Constant([value], Array.Empty<long>());

    /// <summary>Adds a node with one output.</summary>
    public string Node(string op, IReadOnlyList<string> inputs, params AttributeProto[] attributes)
    {
        string output = $"{op}_{_next++}";
        _graph.Node.Add(new NodeProto { OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    /// <summary>An integer attribute.</summary>
    public static AttributeProto Int(string attribute, long value) =>
        new() { Name = attribute, I = value, Type = AttributeProto.Types.AttributeType.Int };

    /// <summary>A float32 attribute.</summary>
    public static AttributeProto Float(string attribute, float value) =>
        new() { Name = attribute, F = value, Type = AttributeProto.Types.AttributeType.Float };

    /// <summary>A text attribute.</summary>
    public static AttributeProto Text(string attribute, string value) =>
        new() { Name = attribute, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    /// <summary>An attribute of several integers.</summary>
    public static AttributeProto Ints(string attribute, params long[] values) =>
        new() { Name = attribute, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    /// <summary>The model's bytes.</summary>
    /// <param name="description">What the model is, for those who open the file.</param>
    public byte[] Write(string description) => new ModelProto
    {
        IrVersion = IrVersion,
        ProducerName = "Manifold.Training",
        DocString = description,
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
    }.ToByteArray();

    private string Constant(ReadOnlySpan<byte> raw, TensorProto.Types.DataType type, long[] shape)
    {
        string constant = $"constant_{_next++}";
        _graph.Initializer.Add(new TensorProto { Name = constant, DataType = type, Dims = { shape }, RawData = ByteString.CopyFrom(raw) });
        return constant;
    }

    private static ValueInfoProto ValueInfo(string valueName, TensorProto.Types.DataType type, (string? Free, long Size)[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var (free, size) in shape)
        {
            dimensions.Dim.Add(free is null
                ? new TensorShapeProto.Types.Dimension { DimValue = size }
                : new TensorShapeProto.Types.Dimension { DimParam = free });
        }

        return new ValueInfoProto { Name = valueName, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions } } };
    }
}
