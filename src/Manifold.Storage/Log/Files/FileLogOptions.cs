namespace Manifold.Storage;

/// <summary>Where and how logs are kept in files.</summary>
public sealed class FileLogOptions
{
    /// <summary>The data folder; the logs are in its folder <c>log</c>. One process at a time may use it: hold a <see cref="FolderLock"/>.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// From this size on a log continues in a new file. Space is given back by whole files, so this is also how much of a truncated log may stay. A file is read whole at open.
    /// </summary>
    public long FileBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How much space is taken ahead, as written zeros, when a file must grow; 0 for none. A flush of bytes inside the file then needs no
    /// commit of the file system's journal: docs/storage.md has the measurement.
    /// </summary>
    public int AheadBytes { get; init; } = 256 * 1024;

    /// <summary>How many files are flushed at the same time when several logs have records to commit.</summary>
    public int ParallelFlushes { get; init; } = 4;

    /// <summary>Called at open for each torn tail that was cut. For logging; must not throw.</summary>
    public Action<LogTailCut>? TailCut { get; init; }

    /// <summary>How the disk is written; tests put faults in.</summary>
    internal StorageIo Io { get; init; } = StorageIo.Disk;

    /// <exception cref="ArgumentException">An option is out of its range; names all of them.</exception>
    internal void Validate()
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(DataFolder))
            errors.Add($"{nameof(DataFolder)} is empty");
        if (FileBytes < LogFileHeader.Size)
            errors.Add($"{nameof(FileBytes)} is {FileBytes}; at least {LogFileHeader.Size}");
        if (AheadBytes is < 0 or > 64 * 1024 * 1024)
            errors.Add($"{nameof(AheadBytes)} is {AheadBytes}; 0 to 67108864");
        if (ParallelFlushes is < 1 or > 64)
            errors.Add($"{nameof(ParallelFlushes)} is {ParallelFlushes}; 1 to 64");
        if (errors.Count > 0)
            throw new ArgumentException($"file log: {string.Join("; ", errors)}");
    }
}
