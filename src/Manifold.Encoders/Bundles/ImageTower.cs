namespace Manifold.Encoders;

/// <summary>Picture → preprocessing → ONNX model → vector.</summary>
public sealed record ImageTower
{
    /// <summary>File name of the ONNX model, in the bundle's folder.</summary>
    public required string Model { get; init; }

    /// <summary>Files beside the model that hold its weights (ONNX external data), in the bundle's folder.</summary>
    public IReadOnlyList<string>? ModelData { get; init; }

    public required ImageTowerInputs Inputs { get; init; }

    /// <summary>Name of the model's output, float32 or float16 [batch × dimension]; the encoder normalises it to length 1.</summary>
    public required string Output { get; init; }

    public required ImagePreprocessing Preprocessing { get; init; }
}
