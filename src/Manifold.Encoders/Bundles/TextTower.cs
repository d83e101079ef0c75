namespace Manifold.Encoders;

/// <summary>Text → tokenizer → ONNX model → vector.</summary>
public sealed record TextTower
{
    /// <summary>File name of the ONNX model, in the bundle's folder.</summary>
    public required string Model { get; init; }

    /// <summary>Files beside the model that hold its weights (ONNX external data), in the bundle's folder.</summary>
    public IReadOnlyList<string>? ModelData { get; init; }

    public required TextTowerInputs Inputs { get; init; }

    /// <summary>Name of the model's output, float32 or float16 [batch × dimension]; the encoder normalises it to length 1.</summary>
    public required string Output { get; init; }

    /// <summary>The most tokens of one text that reach the model, begin and end tokens among them, 1 to 4096.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Whether every text is padded to <see cref="MaxTokens"/>.</summary>
    public TextLength Length { get; init; } = TextLength.Variable;

    /// <summary>The id of padding, 0 or greater.</summary>
    public int PadId { get; init; }

    public required TokenizerOptions Tokenizer { get; init; }
}
