namespace Manifold.Encoders;

/// <summary>Text → tokenizer → ONNX model → vector.</summary>
public sealed record TextTower
{
    /// <summary>File name of the ONNX model, in the bundle's folder.</summary>
    public required string Model { get; init; }

    public required TextTowerInputs Inputs { get; init; }

    /// <summary>Name of the model's output, float32 [batch × dimension]; the encoder normalises it to length 1.</summary>
    public required string Output { get; init; }

    /// <summary>The most distinct tokens of one text that reach the model, 1 to 4096.</summary>
    public required int MaxTokens { get; init; }

    public required TokenizerOptions Tokenizer { get; init; }
}
