using System.Collections.Concurrent;

namespace Manifold.Storage;

/// <summary>
/// Shard logs in files under <c>DATA/log/COLLECTION/SHARD/</c> (names escaped), all committed by one thread. See docs/storage.md for the format and
/// for what a crash can leave. Safe for concurrent use.
/// </summary>
public sealed class FileShardLogProvider : IShardLogProvider
{
    // No escaped name has a tilde, so a dropped log's folder never passes for a log.
    private const string DroppedMark = "~dropped-";

    private readonly FileLogOptions _options;
    private readonly string _root;
    private readonly GroupCommit _commits;
    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Creates the provider; nothing is opened yet.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public FileShardLogProvider(FileLogOptions options)
    {
        options.Validate();
        _options = options;
        _root = Path.Combine(Path.GetFullPath(options.DataFolder), "log");
        DurableFile.CreateFolder(_root);
        foreach (var dropped in Directory.EnumerateDirectories(_root, "*" + DroppedMark + "*", SearchOption.AllDirectories).ToArray())
            Directory.Delete(dropped, recursive: true);
        _commits = new GroupCommit(options.ParallelFlushes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is empty, has an empty part, or is too long.</exception>
    /// <exception cref="LogUnavailableException">The log's files cannot be read or created.</exception>
    public async Task<IShardLog> OpenAsync(string shard, CancellationToken cancellationToken)
    {
        var folder = Folder(shard);
        var slot = await EnterAsync(shard, cancellationToken);
        try
        {
            slot.Log ??= await Task.Run(() => FileLog.Open(folder, _options, _commits), cancellationToken);
            slot.Handles++;
            var log = slot.Log;
            return new FileLogHandle(log, () => ReleaseAsync(shard, log));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LogUnavailableException($"{folder}: the log cannot be opened: {failure.Message}", failure);
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Handles that are still open on the log fail with <see cref="ObjectDisposedException"/> afterwards.</remarks>
    public async Task DeleteAsync(string shard, CancellationToken cancellationToken)
    {
        var folder = Folder(shard);
        var slot = await EnterAsync(shard, cancellationToken);
        try
        {
            await CloseAsync(slot);
            if (!Directory.Exists(folder))
                return;
            // One rename, so that a crash leaves the whole log or none of it.
            var dropped = $"{folder}{DroppedMark}{Guid.NewGuid():N}";
            Directory.Move(folder, dropped);
            PosixFile.FlushFolder(Path.GetDirectoryName(folder)!);
            Directory.Delete(dropped, recursive: true);
            DurableFile.DeleteEmptyFolder(Path.GetDirectoryName(folder)!);
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>Commits what waits, closes all logs and ends the commit thread.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var slot in _slots.Values)
        {
            await slot.Gate.WaitAsync();
            try
            {
                await CloseAsync(slot);
            }
            finally
            {
                slot.Gate.Release();
            }
        }
        _commits.Dispose();
    }

    private async ValueTask ReleaseAsync(string shard, FileLog log)
    {
        var slot = _slots[shard];
        await slot.Gate.WaitAsync();
        try
        {
            // A drop or the provider's end may have closed the log, and another may be open in its place.
            if (ReferenceEquals(slot.Log, log) && --slot.Handles == 0)
                await CloseAsync(slot);
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private static async Task CloseAsync(Slot slot)
    {
        var log = slot.Log;
        slot.Log = null;
        slot.Handles = 0;
        if (log is not null)
            await log.DisposeAsync();
    }

    private async Task<Slot> EnterAsync(string shard, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(shard, _ => new Slot());
        await slot.Gate.WaitAsync(cancellationToken);
        if (!_disposed)
            return slot;
        slot.Gate.Release();
        throw new ObjectDisposedException(nameof(FileShardLogProvider));
    }

    private string Folder(string shard) => Path.Combine([_root, .. shard.Split('/').Select(FileNameEscape.Escape)]);

    /// <summary>One shard's log and how many handles are on it, guarded by its gate.</summary>
    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public FileLog? Log { get; set; }

        public int Handles { get; set; }
    }
}
