using System.Globalization;

namespace Manifold.Storage;

/// <summary>
/// Holds a data folder for this process. A second holder, in another process or in this one, is refused. The operating system frees the lock when
/// the process ends, however it ends.
/// </summary>
public sealed class FolderLock : IDisposable
{
    // The id is in a file of its own: nobody can read a file that is opened exclusively.
    private const string LockName = "manifold.lock";
    private const string HolderName = "manifold.lock.pid";

    private readonly FileStream _held;
    private readonly string _holderPath;

    private FolderLock(FileStream held, string holderPath)
    {
        _held = held;
        _holderPath = holderPath;
    }

    /// <summary>Takes the lock, creating the folder where there is none.</summary>
    /// <param name="folder">The data folder.</param>
    /// <exception cref="FolderLockedException">Another holder has it; names the folder and, where known, the holder's process id.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written; names it.</exception>
    /// <exception cref="IOException">The folder cannot be created or written (a file in its place, a read-only file system); names it.</exception>
    public static FolderLock Acquire(string folder)
    {
        var path = Path.GetFullPath(folder);
        var holderPath = Path.Combine(path, HolderName);
        try
        {
            DurableFile.CreateFolder(path);
            var held = Open(path, holderPath);
            try
            {
                File.WriteAllText(holderPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                return new FolderLock(held, holderPath);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new UnauthorizedAccessException($"the data folder {path} cannot be written by this user: {denied.Message}", denied);
        }
        catch (IOException failed) when (failed is not FolderLockedException)
        {
            throw new IOException($"the data folder {path} cannot be used: {failed.Message}", failed);
        }
    }

    /// <summary>Frees the folder.</summary>
    public void Dispose()
    {
        if (_held.SafeFileHandle.IsClosed)
            return;
        DurableFile.TryDelete(_holderPath);
        _held.Dispose();
    }

    private static FileStream Open(string folder, string holderPath)
    {
        var lockPath = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failed) when (IsHeld(failed))
        {
            var holder = ReadHolder(holderPath);
            throw new FolderLockedException(
                $"the data folder {folder} is in use by {(holder is null ? "another process" : $"process {holder}")}; only one process at a time may use it", failed);
        }
    }

    /// <summary>Whether an open failed for the lock and nothing else: EWOULDBLOCK (Linux 11, macOS 35), or a sharing violation on Windows.</summary>
    private static bool IsHeld(IOException failed) => failed.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11);

    private static string? ReadHolder(string holderPath)
    {
        try
        {
            var text = File.ReadAllText(holderPath);
            return int.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id.ToString(CultureInfo.InvariantCulture) : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
