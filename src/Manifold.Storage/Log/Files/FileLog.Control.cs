namespace Manifold.Storage;

/// <content>What changes the log other than appends: raising the epoch, repair after a failure, truncation, closing.</content>
internal sealed partial class FileLog
{
    private TaskCompletionSource? _idle;

    public async Task<LogLead> TakeLeadAsync(CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken);
        List<PendingAppend> fenced;
        FencedException reason;
        LogLead lead;
        try
        {
            if (_failure is not null)
                Repair();
            var epoch = new EpochFile(_epoch.Epoch + 1, _epoch.TruncatedThrough, _durable.Position, _durable.Running);
            Io.Replace(EpochPath, epoch.ToBytes());
            lock (_gate)
            {
                reason = new FencedException($"{_folder}: epoch {_epoch.Epoch} is over, the log is at epoch {epoch.Epoch}");
                _epoch = epoch;
                _failure = null;
                _handed = _durable;
                fenced = _pending;
                _pending = [];
                lead = EndUnderGate();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(failure);
        }
        finally
        {
            Resume();
        }
        foreach (var append in fenced)
            append.SetException(reason);
        return lead;
    }

    public async Task TruncateAsync(long epoch, long throughPosition, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken);
        try
        {
            if (epoch < _epoch.Epoch)
                throw Fenced(epoch);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, _epoch.Epoch);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(throughPosition, _durable.Position);
            if (_failure is not null)
                throw Unavailable(_failure);
            Truncate(throughPosition);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(failure);
        }
        finally
        {
            Resume();
        }
    }

    /// <summary>Commits what waits, notes the end in the epoch file, and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await PauseAsync(CancellationToken.None);
        try
        {
            lock (_gate)
                _closed = true;
            while (TakeBatch())
            {
                WriteCommit();
                FlushCommit();
                EndCommit();
            }
            if (_failure is null && _epoch.LastPosition < _durable.Position)
                Io.Replace(EpochPath, (_epoch with { LastPosition = _durable.Position, Running = _durable.Running }).ToBytes());
        }
        catch (IOException)
        {
            // The note only makes later damage easier to tell; every record is durable without it.
        }
        finally
        {
            _active?.Dispose();
            _control.Release();
        }
    }

    private string EpochPath => Path.Combine(_folder, EpochFile.FileName);

    private void Truncate(long throughPosition)
    {
        if (throughPosition == _durable.Position && _files.Count > 0 && _files[^1].HasRecords)
        {
            try
            {
                StartFile();
            }
            catch (Exception failure)
            {
                // The new file may be there: nothing more may go into the old one.
                Fail(failure);
                throw;
            }
        }
        var count = 0;
        while (count + 1 < _files.Count && _files[count + 1].Header.FirstPosition <= throughPosition + 1)
            count++;
        if (count == 0)
            return;
        // The note comes first: whoever finds the first files missing can tell that they may be.
        var epoch = new EpochFile(_epoch.Epoch, _files[count].Header.FirstPosition - 1, _durable.Position, _durable.Running);
        Io.Replace(EpochPath, epoch.ToBytes());
        lock (_gate)
            _epoch = epoch;
        for (; count > 0; count--)
        {
            var path = _files[0].Path;
            lock (_gate)
                _files.RemoveAt(0);
            Io.Delete(path);
        }
        PosixFile.FlushFolder(_folder);
    }

    /// <summary>
    /// Makes a log usable again after a failed write or flush: cuts what was never acknowledged, reads the durable rest of the file back from the
    /// device (the page cache may hold bytes that never reached it), and goes on in a new file.
    /// </summary>
    private void Repair()
    {
        _active?.Dispose();
        _active = null;
        if (_files.Count > 0)
        {
            var file = _files[^1];
            using (var handle = OpenForWriting(file.Path))
            {
                Io.SetLength(handle, file.Path, file.End);
                Io.Flush(handle, file.Path);
                PosixFile.DropCache(handle);
                var chain = file.Start;
                var reader = new RecordReader(handle, file.Header.Salt, LogFileHeader.Size, file.End);
                for (long offset; (offset = reader.Offset) < file.End;)
                {
                    if (reader.Read(out var record, out _) != RecordRead.Record)
                        throw new CorruptLogException($"{file.Path}: the record at offset {offset} is damaged: it was durable before the log failed");
                    chain = chain.Next(record, file.Path, offset);
                }
            }
            if (!file.HasRecords)
            {
                lock (_gate)
                    _files.RemoveAt(_files.Count - 1);
            }
        }
        StartFile();
    }

    private void Fail(Exception failure)
    {
        List<PendingAppend> failed;
        lock (_gate)
        {
            _failure = failure;
            (failed, _pending) = (_pending, []);
        }
        foreach (var append in failed)
            append.SetException(Unavailable(failure));
    }

    /// <summary>Waits for the commit that runs and keeps the next ones from starting. One control operation runs at a time.</summary>
    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        await _control.WaitAsync(cancellationToken);
        Task? idle;
        lock (_gate)
        {
            if (_closed)
            {
                _control.Release();
                throw new ObjectDisposedException(nameof(IShardLog));
            }
            _paused = true;
            if (_batch.Count > 0)
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle?.Task;
        }
        if (idle is not null)
            await idle;
    }

    private void Resume()
    {
        bool wake;
        lock (_gate)
        {
            _paused = false;
            wake = _pending.Count > 0 && !_queued;
            _queued |= wake;
        }
        _control.Release();
        if (wake)
            _commits.Enqueue(this);
    }
}
