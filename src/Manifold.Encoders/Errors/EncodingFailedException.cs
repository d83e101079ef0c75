namespace Manifold.Encoders;

/// <summary>The model or its device failed while it ran; the content is not known to be at fault, and another device may succeed.</summary>
public sealed class EncodingFailedException : Exception
{
    public EncodingFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
