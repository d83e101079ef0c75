namespace Manifold.Encoders;

/// <summary>
/// Audio and video need the programs ffmpeg and ffprobe, and one of them is not there or does not start. Nothing is wrong with the content,
/// and texts and pictures are encoded all the same. The message says what to install.
/// </summary>
public sealed class MediaToolMissingException : Exception
{
    public MediaToolMissingException(string message)
        : base(message)
    {
    }

    public MediaToolMissingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
