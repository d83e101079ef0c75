using Microsoft.Win32.SafeHandles;

namespace Manifold.Storage;

/// <summary>
/// Every call by which file logs and the segment store change the disk, in one place: tests replace it to fail a write (a full disk), to fail a flush, and to
/// record what a power loss could leave.
/// </summary>
internal class StorageIo
{
    public static readonly StorageIo Disk = new();

    /// <summary>Writes the buffers one after the other at an offset, in one system call where the system can.</summary>
    public virtual void Write(SafeFileHandle handle, string path, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) =>
        RandomAccess.Write(handle, buffers, offset);

    public virtual void Flush(SafeFileHandle handle, string path) => PosixFile.FlushData(handle);

    public virtual void SetLength(SafeFileHandle handle, string path, long length) => RandomAccess.SetLength(handle, length);

    public virtual void Replace(string path, ReadOnlySpan<byte> content) => DurableFile.Replace(path, content);

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Makes a file that was written through a stream durable.</summary>
    public virtual void Flush(FileStream file) => file.Flush(flushToDisk: true);

    /// <summary>See <see cref="PosixFile.TryLink"/>.</summary>
    public virtual bool TryLink(string existing, string path) => PosixFile.TryLink(existing, path);

    /// <summary>Makes the names in a folder durable.</summary>
    public virtual void FlushFolder(string folder) => PosixFile.FlushFolder(folder);
}
