using IoPath = System.IO.Path;

namespace Manifold.Encoders;

/// <summary>A model's folder as it is downloaded: finds files in it, and says which are missing.</summary>
internal sealed class ModelFolder
{
    private readonly string _variant;

    /// <exception cref="InvalidBundleException">No such folder, or no <c>config.json</c> in it.</exception>
    public ModelFolder(string folder, string variant)
    {
        Path = IoPath.TrimEndingDirectorySeparator(IoPath.GetFullPath(folder));
        _variant = variant;
        if (!Directory.Exists(Path))
            throw new InvalidBundleException(Path, null, "is not a folder");
        Config = Required("config.json");
        ModelType = Config.Find("model_type")?.Text() ?? "";
    }

    public string Path { get; }

    /// <summary><c>config.json</c>.</summary>
    public JsonSetting Config { get; }

    /// <summary><c>clip</c>, <c>siglip</c>, <c>clap</c>, …</summary>
    public string ModelType { get; }

    public bool IsSiglip => ModelType.StartsWith("siglip", StringComparison.Ordinal);

    public JsonSetting Required(string file) => Find(file) ?? throw new InvalidBundleException(IoPath.Combine(Path, file), null, "is not there");

    public JsonSetting? Find(string file) => PathOf(file) is { } path ? JsonSetting.Read(path) : null;

    /// <summary>The full path of a file of the folder, or null where there is none.</summary>
    public string? PathOf(string file) => File.Exists(IoPath.Combine(Path, file)) ? IoPath.Combine(Path, file) : null;

    /// <summary>The ONNX file of a tower in the variant that was asked for, in <c>onnx/</c> or in the folder itself; null where the tower is in no variant there.</summary>
    /// <exception cref="InvalidBundleException">The tower is there, but not in this variant.</exception>
    public string? Model(string tower)
    {
        string[] names = _variant switch
        {
            "fp32" => [$"{tower}.onnx"],
            "int8" => [$"{tower}_int8.onnx", $"{tower}_quantized.onnx"],
            _ => [$"{tower}_{_variant}.onnx"],
        };
        string[] folders = [IoPath.Combine(Path, "onnx"), Path];
        if (folders.SelectMany(folder => names.Select(name => IoPath.Combine(folder, name))).FirstOrDefault(File.Exists) is { } found)
            return found;
        string[] others = [.. folders.Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, $"{tower}*.onnx")).Select(f => VariantOf(IoPath.GetFileName(f), tower)).Order(StringComparer.Ordinal)];
        if (others.Length == 0)
            return null;
        throw new InvalidBundleException(IoPath.Combine(folders[0], names[0]), null, $"is not there: {tower} comes in the variants {string.Join(", ", others)}");
    }

    /// <exception cref="InvalidBundleException">A tower that a model of this type has is missing, or there is none at all.</exception>
    public void CheckTowers(TowerFile? text, TowerFile? image, TowerFile? audio)
    {
        bool needsImage = ModelType == "clip" || IsSiglip, needsAudio = ModelType == "clap";
        string? missing = text is null && (needsImage || needsAudio) ? "text_model.onnx" : image is null && needsImage ? "vision_model.onnx" : audio is null && needsAudio ? "audio_model.onnx" : null;
        if (missing is null && (text ?? image ?? audio) is not null)
            return;
        string whole = IoPath.Combine(Path, "onnx", "model.onnx");
        string problem = File.Exists(whole)
            ? $"is not there: {whole} holds all towers in one graph, which cannot encode a text without a picture. Export the towers apart (as text_model.onnx, vision_model.onnx, audio_model.onnx)"
            : missing is null ? "is not there, nor are vision_model.onnx and audio_model.onnx" : $"is not there, and a model of the type '{ModelType}' has it";
        throw new InvalidBundleException(IoPath.Combine(Path, "onnx", missing ?? "text_model.onnx"), null, problem);
    }

    /// <summary>The file of this folder that a copy was made of; the folder itself for what was made of several.</summary>
    public string Origin(string copy)
    {
        string name = IoPath.GetFileName(copy);
        return PathOf(IoPath.Combine("onnx", name)) ?? PathOf(name) ?? Path;
    }

    private static string VariantOf(string file, string tower) =>
        file.Length == tower.Length + ".onnx".Length ? "fp32" : file[(tower.Length + 1)..^".onnx".Length];
}
