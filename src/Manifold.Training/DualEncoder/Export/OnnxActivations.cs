using Manifold.Training.Onnx;

namespace Manifold.Training;

/// <summary>Functions of several nodes.</summary>
internal static class OnnxActivations
{
    /// <summary>x · σ(x).</summary>
    public static string Silu(OnnxGraph graph, string x) => graph.Node("Mul", [x, graph.Node("Sigmoid", [x])]);
}
