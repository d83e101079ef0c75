namespace Manifold.Encoders;

/// <summary>A tokenizer that a file of the bundle describes: <c>"kind": "tokenizer-json"</c>. docs/bundle.md says which parts of that format are read.</summary>
public sealed record JsonTokenizerOptions : TokenizerOptions
{
    /// <summary>File name in the bundle's folder: the <c>tokenizer.json</c> of Hugging Face's <c>tokenizers</c>.</summary>
    public required string File { get; init; }
}
