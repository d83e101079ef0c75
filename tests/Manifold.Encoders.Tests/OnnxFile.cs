using System.Text;

namespace Manifold.Encoders.Tests;

/// <summary>
/// Writes small ONNX models (opset 11) byte by byte: the few messages of onnx.proto that a graph needs, so that tests need neither
/// a trainer nor a Protobuf library.
/// </summary>
public static class OnnxFile
{
    private const int Float = 1, Int64 = 7, Float16 = 10;

    /// <summary>ids, weights [batch × tokens] → sum of weight × table row [batch × dimension].</summary>
    public static byte[] Text(float[][] table) => Model(
        [
            Node("Gather", ["table", "ids"], "rows"),
            Node("Unsqueeze", ["weights"], "columns", Axes(2)),
            Node("Mul", ["rows", "columns"], "weighted"),
            Node("ReduceSum", ["weighted"], "embedding", Axes(1), Int("keepdims", 0)),
        ],
        [Tensor("table", [table.Length, table[0].Length], [.. table.SelectMany(r => r)])],
        [Value("ids", Int64, "batch", "tokens"), Value("weights", Float, "batch", "tokens")],
        [Value("embedding", Float, "batch", table[0].Length)]);

    /// <summary>pixels [batch × 3 × height × width] → means of the channels, [batch × 3].</summary>
    public static byte[] Image(int width, int height) => Model(
        [Node("ReduceMean", ["pixels"], "embedding", Axes(2, 3), Int("keepdims", 0))],
        [],
        [Value("pixels", Float, "batch", 3, height, width)],
        [Value("embedding", Float, "batch", 3)]);

    /// <summary>mel [batch × bands × frames] → means of the bands, [batch × bands].</summary>
    public static byte[] Mel(int bands) => Model(
        [Node("ReduceMean", ["mel"], "embedding", Axes(2), Int("keepdims", 0))],
        [],
        [Value("mel", Float, "batch", bands, "frames")],
        [Value("embedding", Float, "batch", bands)]);

    /// <summary>waveform [batch × samples] → its greatest, least and mean sample, [batch × 3].</summary>
    public static byte[] Waveform() => Model(
        [
            Node("ReduceMax", ["waveform"], "greatest", Axes(1)),
            Node("ReduceMin", ["waveform"], "least", Axes(1)),
            Node("ReduceMean", ["waveform"], "mean", Axes(1)),
            Node("Concat", ["greatest", "least", "mean"], "embedding", Int("axis", 1)),
        ],
        [],
        [Value("waveform", Float, "batch", "samples")],
        [Value("embedding", Float, "batch", 3)]);

    /// <summary>
    /// A text tower as CLIP and its kin are exported: input_ids and, where there is one, attention_mask [batch × tokens] → the sum of the table's rows under the mask, [batch × dimension].
    /// Without a mask padding counts, so that tests see it.
    /// </summary>
    public static byte[] TextTower(float[][] table, string output = "text_embeds", bool mask = true, bool half = false, int? tokens = null, string ids = "input_ids")
    {
        int type = half ? Float16 : Float;
        object[] shape = ["batch", tokens is { } fixedLength ? fixedLength : "tokens"];
        byte[][] sum = mask
            ? [
                Node("Cast", ["attention_mask"], "weights", Int("to", type)),
                Node("Unsqueeze", ["weights"], "columns", Axes(2)),
                Node("Mul", ["rows", "columns"], "weighted"),
                Node("ReduceSum", ["weighted"], output, Axes(1), Int("keepdims", 0)),
            ]
            : [Node("ReduceSum", ["rows"], output, Axes(1), Int("keepdims", 0))];
        return Model(
            [Node("Gather", ["table", ids], "rows"), .. sum],
            [Tensor("table", [table.Length, table[0].Length], [.. table.SelectMany(r => r)], half)],
            mask ? [Value(ids, Int64, shape), Value("attention_mask", Int64, shape)] : [Value(ids, Int64, shape)],
            [Value(output, type, "batch", table[0].Length)]);
    }

    /// <summary>pixel_values [batch × 3 × height × width] → the channels' means times a matrix, [batch × dimension].</summary>
    public static byte[] VisionTower(float[][] matrix, int side, string output = "image_embeds", bool half = false) => Model(
        [Node("ReduceMean", ["pixel_values"], "means", Axes(2, 3), Int("keepdims", 0)), Node("MatMul", ["means", "matrix"], output)],
        [Tensor("matrix", [3, matrix[0].Length], [.. matrix.SelectMany(r => r)], half)],
        [Value("pixel_values", half ? Float16 : Float, "batch", 3, side, side)],
        [Value(output, half ? Float16 : Float, "batch", matrix[0].Length)]);

    /// <summary>input_features [batch × 1 × frames × bands] → the bands' means times a matrix, [batch × dimension].</summary>
    public static byte[] AudioTower(float[][] matrix, string output = "audio_embeds") => Model(
        [Node("ReduceMean", ["input_features"], "means", Axes(1, 2), Int("keepdims", 0)), Node("MatMul", ["means", "matrix"], output)],
        [Tensor("matrix", [matrix.Length, matrix[0].Length], [.. matrix.SelectMany(r => r)])],
        [Value("input_features", Float, "batch", 1, "frames", matrix.Length)],
        [Value(output, Float, "batch", matrix[0].Length)]);

    private static byte[] Model(byte[][] nodes, byte[][] initializers, byte[][] inputs, byte[][] outputs)
    {
        byte[] graph =
        [
            .. nodes.SelectMany(n => Message(1, n)),
            .. Message(2, "tests"u8.ToArray()),
            .. initializers.SelectMany(t => Message(5, t)),
            .. inputs.SelectMany(v => Message(11, v)),
            .. outputs.SelectMany(v => Message(12, v)),
        ];
        return [.. Number(1, 7), .. Message(7, graph), .. Message(8, [.. Message(1, []), .. Number(2, 11)])];
    }

    private static byte[] Node(string type, string[] inputs, string output, params byte[][] attributes) =>
        [.. inputs.SelectMany(i => Text(1, i)), .. Text(2, output), .. Text(4, type), .. attributes.SelectMany(a => Message(5, a))];

    private static byte[] Axes(params int[] axes) => [.. Text(1, "axes"), .. axes.SelectMany(a => Number(8, a)), .. Number(20, 7)];

    private static byte[] Int(string name, int value) => [.. Text(1, name), .. Number(3, value), .. Number(20, 2)];

    private static byte[] Tensor(string name, int[] shape, float[] values, bool half = false)
    {
        byte[] raw = half ? [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))] : System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        return [.. shape.SelectMany(d => Number(1, d)), .. Number(2, half ? Float16 : Float), .. Text(8, name), .. Message(9, raw)];
    }

    /// <param name="name">The value's name.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">An int is a fixed dimension, a string a free one.</param>
    private static byte[] Value(string name, int type, params object[] shape)
    {
        IEnumerable<byte> dimensions = shape.SelectMany(d => Message(1, d is int fixedSize ? Number(1, fixedSize) : Text(2, (string)d)));
        return [.. Text(1, name), .. Message(2, Message(1, [.. Number(1, type), .. Message(2, [.. dimensions])]))];
    }

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Message(int field, byte[] value) => [.. Varint((field << 3) | 2), .. Varint(value.Length), .. value];

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
            bytes.Add((byte)((value & 127) | 128));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
