using Microsoft.ML.OnnxRuntime.Tensors;

namespace Manifold.Encoders;

/// <summary>What a tower expects of one of its model's inputs.</summary>
/// <param name="Key">The key within <c>inputs</c> of the manifest.</param>
/// <param name="Name">The name in the graph.</param>
/// <param name="Type">Element type.</param>
/// <param name="Rank">Number of dimensions.</param>
internal sealed record OnnxInput(string Key, string Name, TensorElementType Type, int Rank);
