namespace Manifold.Storage;

/// <summary>
/// Local copies of objects that live in a store beyond this machine, in one folder of bounded size: the least recently used goes first, and none that is in use.
/// Copies outlive the process; each is compared with its checksum before this process uses it for the first time. Thread-safe.
/// </summary>
public sealed partial class SegmentCache : IDisposable
{
    private const string ObjectsFolder = "objects";
    private const string TemporariesFolder = "writing";
    private const int BufferBytes = 256 * 1024;

    private readonly SegmentCacheOptions _options;
    private readonly FolderLock _held;
    private readonly Func<Stream, Stream> _disk;
    private readonly string _objects;
    private readonly string _temporaries;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CachedFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CacheFetch> _fetches = new(StringComparer.Ordinal);
    private readonly SegmentCacheMetrics _metrics;
    private long _bytes;
    private long _reserved;
    private long _uses;
    private bool _isOverBound;

    private SegmentCache(SegmentCacheOptions options, FolderLock held, Func<Stream, Stream> disk)
    {
        (_options, _held, _disk) = (options, held, disk);
        _objects = Path.Combine(Path.GetFullPath(options.Folder), ObjectsFolder);
        _temporaries = Path.Combine(Path.GetFullPath(options.Folder), TemporariesFolder);
        _metrics = new SegmentCacheMetrics(() => Bytes, options.MaxBytes);
    }

    /// <summary>Opens a cache: takes its folder for this process, removes what a crash left half-made, and finds the copies of earlier runs.</summary>
    /// <exception cref="FolderLockedException">Another process, or another cache of this one, has the folder.</exception>
    /// <exception cref="IOException">The folder cannot be created or written; names it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written; names it.</exception>
    public static SegmentCache Open(SegmentCacheOptions options) => Open(options, stream => stream);

    /// <param name="options">How it behaves.</param>
    /// <param name="disk">Wraps the files that it writes: tests let them fail as a full disk does.</param>
    internal static SegmentCache Open(SegmentCacheOptions options, Func<Stream, Stream> disk)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBytes, 1);
        var held = FolderLock.Acquire(options.Folder);
        SegmentCache? cache = null;
        try
        {
            cache = new SegmentCache(options, held, disk);
            cache.Load();
            return cache;
        }
        catch
        {
            IDisposable opened = (IDisposable?)cache ?? held;
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the copies that are there.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    /// <summary>Frees the folder. Files that were handed out stay where they are, and another cache may remove them from then on.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _held.Dispose();
    }

    internal void Warn(string message) => _options.Warning?.Invoke(message);

    /// <summary>A name for a file to be written, beside the copies. Whoever asks deletes it, unless <see cref="Adopt"/> took it.</summary>
    internal string NewTemporary() => Path.Combine(_temporaries, Guid.NewGuid().ToString("N") + DurableFile.TemporarySuffix);

    /// <summary>Writes a temporary, flushed to the medium.</summary>
    /// <returns>Length and checksum of what was written.</returns>
    internal async Task<StoredObject> WriteAsync(string temporary, string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes, useAsync: true);
            await using var disk = _disk(file);
            await using var hashing = new HashingStream(disk);
            await write(hashing, cancellationToken);
            await disk.FlushAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Run(() => file.Flush(flushToDisk: true), CancellationToken.None);
            return hashing.Result(name);
        }
        catch (IOException e) when (DurableFile.IsDiskFull(e))
        {
            DropUnused();
            throw;
        }
    }

    /// <summary>Makes room for a copy before its bytes come, and keeps it until disposed.</summary>
    internal IDisposable Reserve(long bytes)
    {
        lock (_gate)
        {
            _reserved += bytes;
            EvictToBound();
        }
        return new Reservation(this, bytes);
    }

    /// <summary>Takes a finished temporary as the copy of an object.</summary>
    internal void Adopt(string key, string temporary, StoredObject stored)
    {
        lock (_gate)
        {
            Place(key, temporary, stored);
            EvictToBound();
        }
    }

    /// <summary>Drops the copy of an object that was deleted. A mapping of it goes on where the system allows it.</summary>
    internal void Remove(string key)
    {
        lock (_gate)
        {
            if (_files.TryGetValue(key, out var file))
                Drop(file);
        }
    }

    private void Load()
    {
        DurableFile.CreateFolder(_objects);
        DurableFile.CreateFolder(_temporaries);
        DurableFile.RemoveTemporaries(_temporaries);
        foreach (var info in new DirectoryInfo(_objects).GetFiles().OrderBy(file => file.LastAccessTimeUtc))
        {
            if (CachedFile.TryRead(info) is not { } file)
                continue;
            lock (_gate)
            {
                if (_files.TryGetValue(file.Key, out var older))
                    Drop(older);
                Add(file);
            }
        }
        lock (_gate)
            EvictToBound();
    }

    /// <summary>Gives a temporary its place. Under the lock.</summary>
    private CachedFile Place(string key, string temporary, StoredObject stored)
    {
        var path = Path.Combine(_objects, CachedFile.FileNameOf(key, stored));
        if (_files.TryGetValue(key, out var present))
        {
            if (present.Verified && present.Checksum == stored.Checksum && File.Exists(present.Path))
                return present;
            Drop(present);
        }
        File.Move(temporary, path, overwrite: true);
        PosixFile.FlushFolder(_objects);
        var file = new CachedFile(key, path, stored.Length, stored.Checksum) { Verified = true };
        Add(file);
        return file;
    }

    private void Add(CachedFile file)
    {
        _files[file.Key] = file;
        _bytes += file.Bytes;
        file.LastUsed = ++_uses;
    }

    private void Drop(CachedFile file)
    {
        _files.Remove(file.Key);
        _bytes -= file.Bytes;
        DurableFile.TryDelete(file.Path);
    }

    private void Evict(CachedFile file)
    {
        Drop(file);
        _metrics.Evicted();
    }

    /// <summary>Gives a full disk all that can be spared, so that the next try finds room: whatever the bound says, the disk had less.</summary>
    private void DropUnused()
    {
        lock (_gate)
        {
            var unused = _files.Values.Where(file => file.Leases == 0).ToList();
            unused.ForEach(Evict);
            Warn($"the disk of the cache {_options.Folder} is full; {unused.Count} copies that were not in use, {unused.Sum(file => file.Bytes)} bytes, were removed");
        }
    }

    /// <summary>Removes what was not used for longest until the rest and what is on its way fit, or only copies in use are left. Under the lock.</summary>
    private void EvictToBound()
    {
        while (_bytes + _reserved > _options.MaxBytes && _files.Values.Where(file => file.Leases == 0).MinBy(file => file.LastUsed) is { } oldest)
            Evict(oldest);
        var isOver = _bytes + _reserved > _options.MaxBytes;
        if (isOver && !_isOverBound)
        {
            Warn(
                $"the segments in use have {_bytes + _reserved} bytes, more than the {_options.MaxBytes} that the cache {_options.Folder} may hold; they stay, and nothing else is kept. " +
                "Give it more with Manifold:SegmentCache:MaxBytes, or spread the shards over more silos.");
        }
        _isOverBound = isOver;
    }

    private sealed class Reservation(SegmentCache cache, long bytes) : IDisposable
    {
        public void Dispose()
        {
            lock (cache._gate)
                cache._reserved -= bytes;
        }
    }
}
