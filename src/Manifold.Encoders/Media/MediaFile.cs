namespace Manifold.Encoders;

/// <summary>
/// A recording that ffmpeg can read: a file, since most containers are read at several places (an MP4's index is often at its end).
/// Content that is in memory is written to a temporary file, which only this user can read and which goes with this object.
/// </summary>
public sealed class MediaFile : IDisposable
{
    private const int SignatureBytes = 512;

    private readonly bool _temporary;

    private MediaFile(string path, bool temporary)
    {
        Path = path;
        _temporary = temporary;
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>A file that is there already, and stays.</summary>
    /// <exception cref="InvalidContentException">Empty, too large, of no known format, or cut off.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static MediaFile At(string path, MediaLimits? limits = null)
    {
        path = System.IO.Path.GetFullPath(path);
        using FileStream stream = File.OpenRead(path);
        byte[] beginning = new byte[SignatureBytes];
        int read = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        Check(beginning.AsSpan(0, read), stream.Length, limits ?? new MediaLimits());
        return new MediaFile(path, temporary: false);
    }

    /// <summary>Writes content to a temporary file.</summary>
    /// <exception cref="InvalidContentException">Empty, too large, of no known format, or cut off; nothing is written.</exception>
    /// <exception cref="EncodingFailedException">It cannot be written.</exception>
    public static async Task<MediaFile> OfAsync(ReadOnlyMemory<byte> content, MediaLimits limits, CancellationToken cancellationToken)
    {
        Check(content.Span, limits);
        string path = System.IO.Path.Combine(limits.Folder ?? System.IO.Path.GetTempPath(), $"manifold-{Guid.NewGuid():N}.media");
        var file = new MediaFile(path, temporary: true);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = content.Length };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using var stream = new FileStream(path, options);
            await stream.WriteAsync(content, cancellationToken);
            return file;
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new EncodingFailedException($"A recording of {content.Length:N0} bytes cannot be put into {System.IO.Path.GetDirectoryName(path)} to be decoded: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Refuses content that need not be tried.</summary>
    /// <exception cref="InvalidContentException">Empty, too large, of no known format, or cut off.</exception>
    internal static void Check(ReadOnlySpan<byte> content, MediaLimits limits) => Check(content[..Math.Min(content.Length, SignatureBytes)], content.Length, limits);

    private static void Check(ReadOnlySpan<byte> beginning, long length, MediaLimits limits)
    {
        if (length == 0)
            throw new InvalidContentException("The recording is empty (0 bytes).");
        if (length > limits.MaxBytes)
            throw new InvalidContentException($"The recording is {length:N0} bytes large; at most {limits.MaxBytes:N0} are taken.");
        if (!MediaFormat.IsKnown(beginning))
            throw new InvalidContentException($"The file is not a recording of a known format; {MediaFormat.Names} are taken, told by their content.");
        if (MediaFormat.IsCutOff(beginning, length))
            throw new InvalidContentException($"The recording is cut off: its header says more than the {length:N0} bytes that are there.");
    }

    public void Dispose()
    {
        if (_temporary)
            File.Delete(Path);
    }
}
