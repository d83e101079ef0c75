using Microsoft.ML.OnnxRuntime;

namespace Manifold.Encoders;

/// <summary>The ONNX file of a tower, and what its graph takes and gives.</summary>
internal sealed class TowerFile
{
    private readonly Dictionary<string, int[]> _inputs;

    private TowerFile(string path, string[] dataFiles, Dictionary<string, int[]> inputs, string output, int? outputLength)
    {
        Path = path;
        DataFiles = dataFiles;
        _inputs = inputs;
        Output = output;
        OutputLength = outputLength;
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Full paths of the files beside it that hold its weights.</summary>
    public string[] DataFiles { get; }

    public IReadOnlyList<string>? DataNames => DataFiles.Length == 0 ? null : [.. DataFiles.Select(f => System.IO.Path.GetFileName(f))];

    /// <summary>The output with the vectors.</summary>
    public string Output { get; }

    /// <summary>Length of the vectors, where the graph says.</summary>
    public int? OutputLength { get; }

    /// <returns>Null where the model has no such tower.</returns>
    /// <exception cref="InvalidBundleException">No ONNX model, or none with the vectors of a common space.</exception>
    public static TowerFile? Find(ModelFolder source, string tower, OnnxDevice device)
    {
        if (source.Model(tower) is not { } path)
            return null;
        string folder = System.IO.Path.GetDirectoryName(path)!, name = System.IO.Path.GetFileName(path);
        string[] data = [.. Directory.EnumerateFiles(folder, name + "?*").Where(f => IsDataOf(System.IO.Path.GetFileName(f), name)).Order(StringComparer.Ordinal)];
        try
        {
            using SessionOptions options = device.CreateSessionOptions();
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
            using var session = new InferenceSession(path, options);
            string output = OutputOf(source, session, tower, path);
            int[] shape = session.OutputMetadata[output].Dimensions;
            return new TowerFile(path, data, session.InputMetadata.ToDictionary(i => i.Key, i => i.Value.Dimensions), output, shape is [_, > 0 and int length] ? length : null);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidBundleException(path, null, $"is not a model that ONNX Runtime can load: {e.Message}", e);
        }
    }

    /// <summary>Whether the graph has an input.</summary>
    public bool Takes(string input) => _inputs.ContainsKey(input);

    /// <summary>The length of an input's dimension, or null where it is free.</summary>
    public int? Length(string input, int dimension) => _inputs[input] is { } shape && dimension < shape.Length && shape[dimension] > 0 ? shape[dimension] : null;

    /// <exception cref="InvalidBundleException">An input is missing, or there is one that nothing here can fill.</exception>
    public void CheckInputs(string required, params string[] optional)
    {
        string[] unknown = [.. _inputs.Keys.Except([required, .. optional])];
        if (_inputs.ContainsKey(required) && unknown.Length == 0)
            return;
        string may = optional.Length == 0 ? "" : $" and may take {string.Join(" and ", optional.Select(o => $"'{o}'"))}";
        throw new InvalidBundleException(Path, null, $"takes the inputs {string.Join(", ", _inputs.Keys.Select(i => $"'{i}'"))}; a model of this kind takes '{required}'{may}, and nothing else");
    }

    /// <summary>
    /// <c>text_embeds</c>, <c>image_embeds</c> or <c>audio_embeds</c>. SigLIP has no projection behind its pooled output; for the others a pooled output lies in the tower's own space,
    /// which it shares with nothing.
    /// </summary>
    private static string OutputOf(ModelFolder source, InferenceSession session, string tower, string path)
    {
        string wanted = tower switch { "text_model" => "text_embeds", "vision_model" => "image_embeds", _ => "audio_embeds" };
        if (session.OutputMetadata.ContainsKey(wanted))
            return wanted;
        if (source.IsSiglip && session.OutputMetadata.ContainsKey("pooler_output"))
            return "pooler_output";
        string outputs = string.Join(", ", session.OutputMetadata.Keys.Select(o => $"'{o}'"));
        throw new InvalidBundleException(path, null, $"gives {outputs}, not '{wanted}': it was exported without the projection into the common space");
    }

    /// <summary>As exporters name them: <c>model.onnx_data</c>, <c>model.onnx_data_1</c>, <c>model.onnx.data</c>.</summary>
    private static bool IsDataOf(string file, string model) =>
        file.StartsWith($"{model}_data", StringComparison.Ordinal) || file == $"{model}.data";
}
