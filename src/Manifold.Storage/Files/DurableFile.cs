namespace Manifold.Storage;

/// <summary>Files that are whole or absent after a crash: written as a temporary, flushed, renamed, and the folder flushed.</summary>
internal static class DurableFile
{
    /// <summary>Ends every temporary's name, and no other file's.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Replaces a file atomically and durably. On failure the old file stays, or the new one is there but perhaps not yet durable.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporarySuffix}";
        try
        {
            using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(handle, content, 0);
                RandomAccess.FlushToDisk(handle);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
        PosixFile.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Creates a folder with all its parents, each name durable.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(folder));
        if (parent is not null)
            CreateFolder(parent);
        Directory.CreateDirectory(folder);
        if (parent is not null)
            PosixFile.FlushFolder(parent);
    }

    /// <summary>Deletes a folder that has nothing in it; false if it has, or is not there.</summary>
    public static bool DeleteEmptyFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Deletes what a crash left of unfinished writes in a folder; where a time is given, only what was last written before.</summary>
    public static void RemoveTemporaries(string folder, SearchOption depth = SearchOption.TopDirectoryOnly, DateTime? writtenBefore = null)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + TemporarySuffix, depth))
        {
            if (writtenBefore is null || File.GetLastWriteTimeUtc(file) < writtenBefore)
                File.Delete(file);
        }
    }

    /// <summary>Whether a write failed for want of space: ENOSPC, or EDQUOT of Linux and of macOS; on Windows ERROR_DISK_FULL.</summary>
    public static bool IsDiskFull(IOException failed) =>
        OperatingSystem.IsWindows() ? failed.HResult == unchecked((int)0x80070070) : failed.HResult == 28 || failed.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);

    /// <summary>Deletes a file on a path where another error is already being reported.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}
