namespace Manifold.Encoders;

/// <summary>What <see cref="BundleImport"/> reads, and what becomes of it.</summary>
public sealed record ImportOptions
{
    /// <summary>The model's folder: <c>config.json</c>, the tokenizer's and the processors' files, and <c>onnx/</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder that the bundle's own folder is made in; it is created.</summary>
    public required string Library { get; init; }

    /// <summary>The bundle's name; null for one made of the folder's.</summary>
    public string? Name { get; init; }

    /// <summary>Which files of <c>onnx/</c>: <c>fp32</c> (<c>text_model.onnx</c>), <c>int8</c> (<c>text_model_int8.onnx</c> or <c>text_model_quantized.onnx</c>), or any other suffix, such as <c>fp16</c>.</summary>
    public string Variant { get; init; } = "fp32";

    /// <summary>SPDX expression of the model's licence.</summary>
    public string? License { get; init; }

    /// <summary>A sentence for listings.</summary>
    public string? Description { get; init; }

    /// <summary>Whether a bundle of that name in the library is replaced.</summary>
    public bool Replace { get; init; }
}
