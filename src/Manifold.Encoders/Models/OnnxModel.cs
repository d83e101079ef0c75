using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Manifold.Encoders;

/// <summary>
/// One ONNX file loaded for one device, whose single output of interest is [batch × dimension]. Where the graph has float16 in the place of float32,
/// values are converted on the way in and out. Runs are thread-safe.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    // The least normal float: below it a quotient has lost its digits.
    private const float LeastNorm = 1.17549435e-38f;

    private readonly string _path;
    private readonly string _tower;
    private readonly string[] _inputs;
    private readonly bool[] _isHalf;
    private readonly string[] _outputs;
    private readonly int _dimension;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    /// <param name="path">The ONNX file.</param>
    /// <param name="tower">The tower's key, for errors: <c>towers.text</c>.</param>
    /// <param name="inputs">Each input's key within <c>inputs</c>, name in the graph, element type and rank, in the order of <see cref="Run"/>'s values.</param>
    /// <param name="output">The output's name.</param>
    /// <param name="dimension">What the output's rows must be long.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="InvalidBundleException">Not an ONNX model, or the names and types are others.</exception>
    public OnnxModel(string path, string tower, IReadOnlyList<OnnxInput> inputs, string output, int dimension, OnnxDevice device)
    {
        _path = path;
        _tower = tower;
        _inputs = [.. inputs.Select(i => i.Name)];
        _outputs = [output];
        _dimension = dimension;
        try
        {
            using SessionOptions options = device.CreateSessionOptions();
            _session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidBundleException(path, $"{tower}.model", $"names this file, which ONNX Runtime cannot load: {e.Message}", e);
        }

        try
        {
            CheckSignature(inputs);
            _isHalf = [.. inputs.Select(i => i.Type == TensorElementType.Float && _session.InputMetadata[i.Name].ElementDataType == TensorElementType.Float16)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs a batch and returns its rows as the model gave them.</summary>
    /// <param name="inputs">Values in the order of the constructor's inputs.</param>
    /// <param name="batch">How many rows are expected.</param>
    /// <exception cref="EncodingFailedException">The model or its device failed.</exception>
    public float[][] Run(IReadOnlyCollection<OrtValue> inputs, int batch)
    {
        OrtValue?[] halves = [.. inputs.Select((value, i) => _isHalf[i] ? ToHalf(value) : null)];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_runOptions, _inputs, [.. inputs.Select((value, i) => halves[i] ?? value)], _outputs);
            return Rows(results[0], batch);
        }
        catch (OnnxRuntimeException e)
        {
            throw new EncodingFailedException($"{_path} failed on a batch of {batch}: {e.Message}", e);
        }
        finally
        {
            foreach (OrtValue? half in halves)
                half?.Dispose();
        }
    }

    /// <summary>As <see cref="Run"/> for the check at load, where a failure is the bundle's fault.</summary>
    /// <exception cref="InvalidBundleException">The model does not take or give what the manifest says.</exception>
    public void Probe(IReadOnlyCollection<OrtValue> inputs, int batch)
    {
        try
        {
            Run(inputs, batch);
        }
        catch (EncodingFailedException e)
        {
            throw new InvalidBundleException(_path, $"{_tower}.inputs", $"do not fit the model, which fails on a batch of {batch}: {e.InnerException!.Message}", e);
        }
    }

    /// <summary>Divides a row by its Euclidean length.</summary>
    /// <returns>False for a row that has no direction: not finite, or all zero.</returns>
    public static bool TryNormalize(Span<float> row)
    {
        float norm = TensorPrimitives.Norm<float>(row);
        if (!float.IsFinite(norm) || norm < LeastNorm)
            return false;
        TensorPrimitives.Divide(row, norm, row);
        return true;
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private void CheckSignature(IReadOnlyList<OnnxInput> inputs)
    {
        foreach (OnnxInput input in inputs)
        {
            string key = $"{_tower}.inputs.{input.Key}";
            if (!_session.InputMetadata.TryGetValue(input.Name, out NodeMetadata? node))
                throw new InvalidBundleException(_path, key, $"is '{input.Name}', but the model's inputs are {Names(_session.InputMetadata)}");
            bool fits = node.ElementDataType == input.Type || (input.Type == TensorElementType.Float && node.ElementDataType == TensorElementType.Float16);
            if (!fits || node.Dimensions.Length != input.Rank)
                throw new InvalidBundleException(_path, key, $"must be {Name(input.Type)} with {input.Rank} dimensions, but the model's '{input.Name}' is {Describe(node)}");
        }

        foreach (string extra in _session.InputMetadata.Keys.Except(_inputs))
            throw new InvalidBundleException(_path, $"{_tower}.inputs", $"does not name the model's input '{extra}'");
        string output = _outputs[0];
        if (!_session.OutputMetadata.TryGetValue(output, out NodeMetadata? found))
            throw new InvalidBundleException(_path, $"{_tower}.output", $"is '{output}', but the model's outputs are {Names(_session.OutputMetadata)}");
        if (found.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16))
            throw new InvalidBundleException(_path, $"{_tower}.output", $"must be float32 or float16, but the model's '{output}' is {Describe(found)}");
    }

    private float[][] Rows(OrtValue value, int batch)
    {
        long[] shape = value.GetTensorTypeAndShape().Shape;
        if (shape is not [long rows, long columns] || rows != batch || columns != _dimension)
        {
            throw new InvalidBundleException(
                _path,
                $"{_tower}.output",
                $"must have the shape [batch × dimension] = [{batch} × {_dimension}], but '{_outputs[0]}' came out as [{string.Join(" × ", shape)}]");
        }

        ReadOnlySpan<float> data = value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float16 ? ToSingle(value) : value.GetTensorDataAsSpan<float>();
        float[][] result = new float[batch][];
        for (int i = 0; i < batch; i++)
            result[i] = data.Slice(i * _dimension, _dimension).ToArray();
        return result;
    }

    private static OrtValue ToHalf(OrtValue value)
    {
        OrtValue half = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float16, value.GetTensorTypeAndShape().Shape);
        TensorPrimitives.ConvertToHalf(value.GetTensorDataAsSpan<float>(), MemoryMarshal.Cast<Float16, Half>(half.GetTensorMutableDataAsSpan<Float16>()));
        return half;
    }

    private static float[] ToSingle(OrtValue value)
    {
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>());
        float[] floats = new float[halves.Length];
        TensorPrimitives.ConvertToSingle(halves, floats);
        return floats;
    }

    private static string Names(IReadOnlyDictionary<string, NodeMetadata> nodes) =>
        string.Join(", ", nodes.Select(n => $"'{n.Key}' {Describe(n.Value)}"));

    private static string Describe(NodeMetadata node) =>
        node.IsTensor ? $"{Name(node.ElementDataType)} [{string.Join(" × ", node.Dimensions.Select(d => d < 0 ? "?" : $"{d}"))}]" : $"{node.OnnxValueType}";

    private static string Name(TensorElementType type) => type switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.Float16 => "float16",
        TensorElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };
}
