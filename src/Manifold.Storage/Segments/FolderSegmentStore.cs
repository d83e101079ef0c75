using System.Runtime.CompilerServices;

namespace Manifold.Storage;

/// <summary>
/// Objects as files under one folder, each at its name. An object is written as a temporary beside them, flushed, linked to its name, and its folder
/// flushed, so that a crash leaves it whole or absent. Safe for concurrent use; the folder may be a mount that the silos of a cluster share.
/// </summary>
public sealed partial class FolderSegmentStore : ISharedSegmentStore
{
    // No valid name has a tilde, so unfinished writes never pass for objects.
    private const string TemporaryFolder = "~writing";
    private const int BufferBytes = 256 * 1024;

    // Far longer than any write takes, and than clocks of machines that share a folder differ.
    private static readonly TimeSpan ForeignWriteMayLast = TimeSpan.FromDays(1);

    private readonly string _root;
    private readonly string _temporaries;
    private readonly object _names = new();
    private readonly StorageIo _io;

    /// <summary>
    /// Opens the store, creating the folder where there is none, and deletes what a crash left of unfinished writes; in a folder that a cluster has claimed only those
    /// of a day ago, for others may be writing.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="isShared">Whether others may be writing although no cluster has claimed it.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public FolderSegmentStore(string root, bool isShared = false)
        : this(root, StorageIo.Disk, isShared)
    {
    }

    internal FolderSegmentStore(string root, StorageIo io, bool isShared = false)
    {
        _io = io;
        _root = Path.GetFullPath(root);
        _temporaries = Path.Combine(_root, TemporaryFolder);
        DurableFile.CreateFolder(_temporaries);
        DurableFile.RemoveTemporaries(_temporaries, writtenBefore: isShared || File.Exists(MarkerPath) ? DateTime.UtcNow - ForeignWriteMayLast : null);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">Another object has the name: objects never change.</exception>
    /// <remarks>Storing the same bytes again under the same name succeeds, so that a write of unknown outcome can be repeated.</remarks>
    public async Task<StoredObject> PutAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        var temporary = Path.Combine(_temporaries, Guid.NewGuid().ToString("N") + DurableFile.TemporarySuffix);
        try
        {
            StoredObject stored;
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, useAsync: true))
            {
                await using var hashing = new HashingStream(file);
                await write(hashing, cancellationToken);
                stored = hashing.Result(name);
                await file.FlushAsync(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Run(() => _io.Flush(file), CancellationToken.None);
            }
            if (await MatchesAsync(stored, path, cancellationToken))
            {
                // Whoever put it there may have died before its name was durable.
                await Task.Run(() => _io.FlushFolder(Path.GetDirectoryName(path)!), CancellationToken.None);
                return stored;
            }
            await Task.Run(() => Publish(temporary, path, name), CancellationToken.None);
            return stored;
        }
        finally
        {
            DurableFile.TryDelete(temporary);
        }
    }

    /// <inheritdoc/>
    public Task<string> GetLocalPathAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        return File.Exists(path)
            ? Task.FromResult(path)
            : Task.FromException<string>(new FileNotFoundException($"there is no object '{name}' in {_root}", path));
    }

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    /// <remarks>Reads from the device where the system allows it, so that bytes that only the page cache has do not pass.</remarks>
    public async Task VerifyAsync(StoredObject stored, CancellationToken cancellationToken)
    {
        var path = await GetLocalPathAsync(stored.Name, cancellationToken);
        var found = await HashAsync(stored.Name, path, cancellationToken);
        if (found != stored)
        {
            throw new CorruptDataException(
                $"object '{stored.Name}' in {path} has {found.Length} bytes with checksum {found.Checksum}; {stored.Length} bytes with {stored.Checksum} were stored");
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<(string Name, DateTimeOffset Written)> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = await Task.Run(() => FilesUnder(prefix), cancellationToken);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(_root, file).Replace('\\', '/');
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || !ObjectName.IsValid(name))
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            yield return (name, new DateTimeOffset(File.GetLastWriteTimeUtc(file)));
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        return Task.Run(() =>
        {
            lock (_names)
            {
                if (!File.Exists(path))
                    return;
                _io.Delete(path);
                _io.FlushFolder(Path.GetDirectoryName(path)!);
                for (var folder = Path.GetDirectoryName(path)!; folder != _root && DurableFile.DeleteEmptyFolder(folder);)
                    folder = Path.GetDirectoryName(folder)!;
            }
        }, cancellationToken);
    }

    /// <summary>The files of the deepest folder that a prefix names, and below.</summary>
    private string[] FilesUnder(string prefix)
    {
        var folder = Path.Combine(_root, prefix[..(prefix.LastIndexOf('/') + 1)]);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    private void Publish(string temporary, string path, string name)
    {
        var folder = Path.GetDirectoryName(path)!;
        lock (_names)
        {
            if (!TryPublish(temporary, path, folder))
                throw new InvalidOperationException($"there is another object '{name}' in {_root}: objects never change");
            _io.FlushFolder(folder);
        }
    }

    private bool TryPublish(string temporary, string path, string folder)
    {
        while (true)
        {
            DurableFile.CreateFolder(folder);
            try
            {
                return _io.TryLink(temporary, path);
            }
            catch (DirectoryNotFoundException) when (File.Exists(temporary))
            {
                // Another silo deleted the folder's last object, and the folder, in between.
            }
        }
    }

    private static async Task<bool> MatchesAsync(StoredObject stored, string path, CancellationToken cancellationToken) =>
        File.Exists(path) && new FileInfo(path).Length == stored.Length && await HashAsync(stored.Name, path, cancellationToken) == stored;

    private static async Task<StoredObject> HashAsync(string name, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.SequentialScan);
        PosixFile.DropCache(file.SafeFileHandle);
        await using var hashing = new HashingStream(Stream.Null);
        await file.CopyToAsync(hashing, BufferBytes, cancellationToken);
        return hashing.Result(name);
    }

    private string PathOf(string name) => ObjectName.IsValid(name) ? Path.Combine(_root, name) : throw ObjectName.Invalid(name);
}
