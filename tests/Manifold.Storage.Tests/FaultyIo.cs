using Microsoft.Win32.SafeHandles;

namespace Manifold.Storage.Tests;

/// <summary>A disk with room for so many bytes of log records, and flushes that can be made to fail.</summary>
internal sealed class FaultyIo : StorageIo
{
    private const int NoSpace = 28;

    /// <summary>How many bytes may still be written; a write beyond leaves what fits, as a full disk does.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Fails the next flush of a log file.</summary>
    public bool FailFlush { get; set; }

    /// <summary>Fails each replacing of a file (new log files, the epoch file).</summary>
    public bool FailReplace { get; set; }

    public override void Write(SafeFileHandle handle, string path, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        foreach (var buffer in buffers)
        {
            var fits = (int)Math.Min(buffer.Length, Room);
            RandomAccess.Write(handle, buffer.Span[..fits], offset);
            offset += fits;
            Room -= fits;
            if (fits < buffer.Length)
                throw new IOException($"No space left on device : '{path}'", NoSpace);
        }
    }

    public override void Flush(SafeFileHandle handle, string path)
    {
        if (FailFlush)
        {
            FailFlush = false;
            throw new IOException("Input/output error");
        }
        base.Flush(handle, path);
    }

    public override void Replace(string path, ReadOnlySpan<byte> content)
    {
        if (FailReplace || Room < content.Length)
            throw new IOException($"No space left on device : '{path}'", NoSpace);
        base.Replace(path, content);
    }
}
