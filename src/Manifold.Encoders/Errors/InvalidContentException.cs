namespace Manifold.Encoders;

/// <summary>
/// The content cannot be encoded and trying again would not help: empty or too long text, a picture that is damaged, cut off,
/// too large or of an unknown format. The message is written for the person who sent the content.
/// </summary>
public sealed class InvalidContentException : Exception
{
    public InvalidContentException(string message)
        : base(message)
    {
    }

    public InvalidContentException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
