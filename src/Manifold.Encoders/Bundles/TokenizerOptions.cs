using System.Text.Json.Serialization;

namespace Manifold.Encoders;

/// <summary>How a text becomes model input; <c>kind</c> in the manifest chooses the derived type.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HashedNgramOptions), "hashed-ngrams")]
public abstract record TokenizerOptions;
