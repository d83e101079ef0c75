namespace Manifold.Storage;

/// <content>Makes handed-over records durable. All of it runs on one thread at a time.</content>
internal sealed partial class FileLog
{
    // Bounds the memory that one write pins and what a crash can tear; far above what 64 writers of small batches hand over at once.
    private const int MaxCommitBytes = 32 * 1024 * 1024;

    private List<PendingAppend> _batch = [];
    private Exception? _batchFailure;

    /// <summary>Takes what waits into the batch; <c>false</c> where there is nothing to do now.</summary>
    public bool TryBeginCommit()
    {
        lock (_gate)
        {
            _queued = false;
            return !_paused && TakeBatch();
        }
    }

    /// <summary>Writes the batch in one call, behind what is durable.</summary>
    public void WriteCommit()
    {
        try
        {
            if (_active is null || (_files[^1].HasRecords && _files[^1].End >= _options.FileBytes))
                StartFile();
            var file = _files[^1];
            var headers = new byte[_batch.Count * RecordHeader.Size];
            var buffers = new List<ReadOnlyMemory<byte>>((_batch.Count * 2) + 1);
            var end = file.End;
            for (var i = 0; i < _batch.Count; i++)
            {
                var bytes = headers.AsMemory(i * RecordHeader.Size, RecordHeader.Size);
                (_batch[i].Header with { CommittedThrough = _durable.Position }).Write(bytes.Span, file.Header.Salt, end);
                buffers.Add(bytes);
                if (!_batch[i].Payload.IsEmpty)
                    buffers.Add(_batch[i].Payload);
                end += _batch[i].StoredBytes;
            }
            if (end > _activeLength)
            {
                buffers.Add(new byte[_options.AheadBytes]);
                _activeLength = end + _options.AheadBytes;
            }
            Io.Write(_active!, file.Path, buffers, file.End);
        }
        catch (Exception failure)
        {
            _batchFailure = failure;
        }
    }

    /// <summary>Flushes the file that the batch was written to.</summary>
    public void FlushCommit()
    {
        if (_batchFailure is not null)
            return;
        try
        {
            Io.Flush(_active!, _files[^1].Path);
        }
        catch (Exception failure)
        {
            _batchFailure = failure;
        }
    }

    /// <summary>Takes the batch as durable and completes its appends, or fails them and all that wait behind them.</summary>
    public void EndCommit()
    {
        var batch = _batch;
        var failure = _batchFailure;
        TaskCompletionSource? idle;
        bool again;
        lock (_gate)
        {
            if (failure is null)
            {
                foreach (var append in batch)
                {
                    _files[^1].Add(_durable, append.StoredBytes);
                    _durable = new LogChain(append.Header.Position, append.Header.Running, append.Header.Epoch);
                }
            }
            else
            {
                _failure = failure;
                batch = [.. batch, .. _pending];
                _pending.Clear();
            }
            _batch = [];
            _batchFailure = null;
            again = _pending.Count > 0 && !_paused && !_queued;
            _queued |= again;
            idle = _idle;
            _idle = null;
        }
        idle?.SetResult();
        if (again)
            _commits.Enqueue(this);
        foreach (var append in batch)
        {
            if (failure is null)
                append.SetResult(append.Header.Running);
            else
                append.SetException(Unavailable(failure));
        }
    }

    private bool TakeBatch()
    {
        if (_pending.Count == 0)
            return false;
        var bytes = 0L;
        var count = _pending.TakeWhile(append => (bytes += append.StoredBytes) <= MaxCommitBytes).Count();
        if (count == _pending.Count)
        {
            (_batch, _pending) = (_pending, []);
        }
        else
        {
            count = Math.Max(count, 1);
            _batch = _pending.GetRange(0, count);
            _pending.RemoveRange(0, count);
        }
        return true;
    }

    /// <summary>
    /// Continues the log in a new file. Everything before is durable by now, so only the last file can ever have a torn tail. On failure the old file stays active.
    /// </summary>
    private void StartFile()
    {
        if (_active is not null && _activeLength > _files[^1].End)
        {
            Io.SetLength(_active, _files[^1].Path, _files[^1].End);
            _activeLength = _files[^1].End;
            Io.Flush(_active, _files[^1].Path);
        }
        var header = LogFileHeader.After(_durable);
        var path = Path.Combine(_folder, LogFileHeader.FileName(header.FirstPosition));
        Io.Replace(path, header.ToBytes());
        var handle = OpenForWriting(path);
        _active?.Dispose();
        _active = handle;
        _activeLength = LogFileHeader.Size;
        lock (_gate)
            _files.Add(new LogFile(path, header));
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenForWriting(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
