namespace Manifold.Storage;

public sealed partial class SegmentCache
{
    /// <summary>
    /// A copy of an object, for as long as the lease is held: one that is there and whole, else downloaded. Requests for one object at the same time
    /// share one download, which goes on until the last of them gives up.
    /// </summary>
    /// <param name="key">The object's <see cref="CachedFile.KeyOf"/>.</param>
    /// <param name="name">The object's name, for messages.</param>
    /// <param name="download">Writes the object to the file that it is given, and says what it wrote, verified.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task<SegmentLease> LeaseAsync(string key, string name, Func<string, CancellationToken, Task<StoredObject>> download, CancellationToken cancellationToken)
    {
        CacheFetch? fetch;
        lock (_gate)
        {
            if (_files.TryGetValue(key, out var present) && present.Verified && File.Exists(present.Path))
            {
                present.Leases++;
                _metrics.Hit();
                return Leased(present);
            }
            if (!_fetches.TryGetValue(key, out fetch))
            {
                var started = fetch = new CacheFetch();
                _fetches.Add(key, started);
                started.Running = Task.Run(() => FetchAsync(started, key, name, download), CancellationToken.None);
            }
            fetch.Waiters++;
        }
        try
        {
            return Leased(await fetch.Running.WaitAsync(cancellationToken));
        }
        catch
        {
            Leave(fetch, key);
            throw;
        }
    }

    private async Task<CachedFile> FetchAsync(CacheFetch fetch, string key, string name, Func<string, CancellationToken, Task<StoredObject>> download)
    {
        var temporary = NewTemporary();
        try
        {
            var file = await TryVerifyAsync(key, name, fetch.Abandoned.Token);
            if (file is null)
                _metrics.Miss();
            else
                _metrics.Hit();
            var stored = file is null ? await download(temporary, fetch.Abandoned.Token) : null;
            lock (_gate)
            {
                file ??= Place(key, temporary, stored!);
                file.Leases += fetch.Waiters;
                fetch.Placed = file;
                Forget(fetch, key);
                EvictToBound();
                return file;
            }
        }
        finally
        {
            lock (_gate)
                Forget(fetch, key);
            DurableFile.TryDelete(temporary);
        }
    }

    /// <summary>The copy of an earlier run, if it is there and its bytes are those that were stored. One that is damaged is dropped.</summary>
    private async Task<CachedFile?> TryVerifyAsync(string key, string name, CancellationToken cancellationToken)
    {
        CachedFile? file;
        lock (_gate)
        {
            if (!_files.TryGetValue(key, out file))
                return null;
            file.Leases++;
        }
        string? found = null;
        try
        {
            found = await HashAsync(file, name, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn($"the copy of object '{name}' in {file.Path} cannot be read and is fetched again: {e.Message}");
        }
        finally
        {
            lock (_gate)
                file.Leases--;
        }
        lock (_gate)
        {
            if (found == file.Checksum)
            {
                file.Verified = true;
                return _files.GetValueOrDefault(key) == file ? file : null;
            }
            if (_files.GetValueOrDefault(key) == file)
                Drop(file);
        }
        if (found is not null)
            Warn($"the copy of object '{name}' in {file.Path} is damaged and is fetched again: its {file.Bytes} bytes have checksum {found}, and {file.Checksum} was stored");
        return null;
    }

    private static async Task<string> HashAsync(CachedFile file, string name, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.SequentialScan);
        await using var hashing = new HashingStream(Stream.Null);
        await stream.CopyToAsync(hashing, BufferBytes, cancellationToken);
        return hashing.Result(name).Checksum;
    }

    /// <summary>One waiter goes; the last one stops the download.</summary>
    private void Leave(CacheFetch fetch, string key)
    {
        lock (_gate)
        {
            if (fetch.Placed is { } file)
            {
                Return(file);
                return;
            }
            if (--fetch.Waiters > 0)
                return;

            // Who asks from now on starts anew rather than being given a download that is being stopped.
            Forget(fetch, key);
        }

        // Whatever this wakes must not run under the lock.
        fetch.Abandoned.Cancel();
    }

    private void Forget(CacheFetch fetch, string key)
    {
        if (_fetches.GetValueOrDefault(key) == fetch)
            _fetches.Remove(key);
    }

    /// <summary>The lease of a file whose use is already counted.</summary>
    private SegmentLease Leased(CachedFile file)
    {
        Touch(file);
        return new SegmentLease(file.Path, () =>
        {
            lock (_gate)
                Return(file);
        });
    }

    private void Return(CachedFile file)
    {
        file.Leases--;
        file.LastUsed = ++_uses;
        EvictToBound();
    }

    /// <summary>Notes the use, in the file too: the next process finds the order there.</summary>
    private void Touch(CachedFile file)
    {
        lock (_gate)
            file.LastUsed = ++_uses;
        try
        {
            File.SetLastAccessTimeUtc(file.Path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only the order in which copies go is at stake.
        }
    }
}
