namespace Manifold.Training.Onnx;

/// <summary>Shapes of graph inputs and outputs.</summary>
internal static class OnnxDimension
{
    /// <summary>A free size with a name.</summary>
    public static (string? Free, long Size) Free(string name) => (name, 0);

    /// <summary>A fixed size.</summary>
    public static (string? Free, long Size) Fixed(long size) => (null, size);
}
