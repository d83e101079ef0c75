using System.Text;
using Manifold.Client;

namespace Manifold.Cli.Sources;

/// <summary>Pictures, recordings, videos and texts on disk as content, told by their names.</summary>
internal static class ContentFile
{
    /// <summary>The server takes 64 MiB a message; half of it leaves room for the rest of a batch.</summary>
    private const long MaxBytes = 32 * 1024 * 1024;

    /// <summary>A text is kept as an attribute up to here, so that hits can show it.</summary>
    private const int KeptTextLength = 1000;

    private static readonly HashSet<string> Pictures = new([".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> Recordings = new(
        [".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> Videos = new(
        [".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts", ".wmv", ".flv", ".3gp", ".ogv"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> Texts = new([".txt", ".md"], StringComparer.OrdinalIgnoreCase);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the server can encode it as it is.</summary>
    public static bool IsMedia(string path) => ModalityOf(path) != Modality.None;

    /// <summary>What a file is by its name; <see cref="Modality.None"/> for texts and all else.</summary>
    public static Modality ModalityOf(string path)
    {
        var extension = Path.GetExtension(path);
        return Pictures.Contains(extension) ? Modality.Image : Recordings.Contains(extension) ? Modality.Audio : Videos.Contains(extension) ? Modality.Video : Modality.None;
    }

    public static bool IsText(string path) => Texts.Contains(Path.GetExtension(path));

    /// <exception cref="ToolException">The file cannot be read; the message says why.</exception>
    public static Task<Content> ReadPictureAsync(string path, CancellationToken cancellationToken) => ReadMediaAsync(path, Modality.Image, cancellationToken);

    /// <exception cref="ToolException">The file cannot be read; the message says why.</exception>
    public static async Task<Content> ReadMediaAsync(string path, Modality modality, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(path, cancellationToken);
        return modality switch
        {
            Modality.Audio => Content.FromAudio(bytes),
            Modality.Video => Content.FromVideo(bytes),
            _ => Content.FromImage(bytes),
        };
    }

    /// <exception cref="ToolException">The file cannot be read, or is not UTF-8.</exception>
    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(path, cancellationToken);
        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(Encoding.UTF8.Preamble.Length) : bytes;
        try
        {
            return Utf8.GetString(text.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new ToolException("not a UTF-8 text");
        }
    }

    /// <summary>The beginning of a text, never half a character of it.</summary>
    public static string Kept(string text)
    {
        if (text.Length <= KeptTextLength)
            return text;
        var length = char.IsHighSurrogate(text[KeptTextLength - 1]) ? KeptTextLength - 1 : KeptTextLength;
        return text[..length];
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length == 0)
                throw new ToolException($"the file is empty: {path}");
            if (length > MaxBytes)
                throw new ToolException($"the file has {length:N0} bytes, more than {MaxBytes:N0}: {path}");
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ToolException($"no such file: {path}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException($"cannot read {path}: {exception.Message}");
        }
    }
}
