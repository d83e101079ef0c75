using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Storage;

/// <summary>The few POSIX calls about durability that .NET does not offer. Each does the next best thing, or nothing, where they are missing.</summary>
internal static partial class PosixFile
{
    private const int OpenReadOnly = 0;
    private const int AdviceDontNeed = 4;
    private const int FileExists = 17;

    /// <summary>Makes a file's bytes and length durable; times and other metadata may stay behind.</summary>
    public static void FlushData(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }
        if (FDataSync(handle) != 0)
            throw Error("fdatasync");
    }

    /// <summary>Makes the names in a folder durable. Windows has no such call and needs none: NTFS journals names.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, OpenReadOnly);
        if (descriptor < 0)
            throw Error($"open of folder {folder}");
        try
        {
            if (FSync(descriptor) != 0)
                throw Error($"fsync of folder {folder}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>
    /// Drops the file's clean pages from the page cache, so that the next read comes from the device. After a failed fsync Linux marks
    /// the pages clean although the device never got them; a read without this call would see what is not there.
    /// </summary>
    public static void DropCache(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
            _ = FAdvise(handle, 0, 0, AdviceDontNeed);
    }

    /// <summary>
    /// Gives a file a second name, unless something has it already; in one step, also between machines that share a file system. Where there are no hard links the
    /// file is moved, which is one step on Windows and two elsewhere.
    /// </summary>
    /// <returns>False if the name was taken.</returns>
    public static bool TryLink(string existing, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(existing, path) == 0)
                return true;
            if (Marshal.GetLastPInvokeError() == FileExists)
                return false;
        }
        try
        {
            File.Move(existing, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    private static IOException Error(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} failed: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "posix_fadvise", SetLastError = true)]
    private static partial int FAdvise(SafeFileHandle handle, long offset, long length, int advice);
}
