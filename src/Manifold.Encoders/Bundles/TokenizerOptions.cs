using System.Text.Json.Serialization;

namespace Manifold.Encoders;

/// <summary>How a text becomes model input; <c>kind</c> in the manifest chooses the derived type.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HashedNgramOptions), "hashed-ngrams")]
[JsonDerivedType(typeof(JsonTokenizerOptions), "tokenizer-json")]
public abstract record TokenizerOptions;
