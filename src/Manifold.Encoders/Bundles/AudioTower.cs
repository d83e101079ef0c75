namespace Manifold.Encoders;

/// <summary>Recording → mono samples → windows → log-mel (or the samples themselves) → ONNX model → a vector for each window.</summary>
public sealed record AudioTower
{
    /// <summary>File name of the ONNX model, in the bundle's folder.</summary>
    public required string Model { get; init; }

    /// <summary>Files beside the model that hold its weights (ONNX external data), in the bundle's folder.</summary>
    public IReadOnlyList<string>? ModelData { get; init; }

    public required AudioTowerInputs Inputs { get; init; }

    /// <summary>Name of the model's output, float32 or float16 [batch × dimension]; the encoder normalises it to length 1.</summary>
    public required string Output { get; init; }

    public required AudioPreprocessing Preprocessing { get; init; }
}
