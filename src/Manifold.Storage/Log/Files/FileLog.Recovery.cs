namespace Manifold.Storage;

/// <content>Opens a log: reads and verifies every record, and tells a torn tail from damage.</content>
internal sealed partial class FileLog
{
    /// <summary>Opens the log in a folder, creating an empty one where there is none.</summary>
    /// <exception cref="CorruptLogException">Something that was durable is damaged or missing. Nothing was changed.</exception>
    public static FileLog Open(string folder, FileLogOptions options, GroupCommit commits)
    {
        var log = new FileLog(folder, options, commits);
        try
        {
            log.Recover();
            return log;
        }
        catch
        {
            log._active?.Dispose();
            throw;
        }
    }

    private void Recover()
    {
        DurableFile.CreateFolder(_folder);
        DurableFile.RemoveTemporaries(_folder);
        var paths = Directory.GetFiles(_folder, "log-*.mlog").Order(StringComparer.Ordinal).ToArray();
        if (EpochFile.Read(EpochPath) is { } epoch)
            _epoch = epoch;
        else if (paths.Length > 0)
            throw new CorruptLogException($"{EpochPath}: the epoch file is missing beside {paths.Length} log files");
        else
            Io.Replace(EpochPath, _epoch.ToBytes());
        for (var i = 0; i < paths.Length; i++)
            RecoverFile(paths[i], isFirst: i == 0, isLast: i == paths.Length - 1);
        if (_durable.Position < _epoch.LastPosition)
        {
            throw new CorruptLogException(paths.Length == 0
                ? $"{_folder}: every log file is missing; {EpochPath} says that position {_epoch.LastPosition} was durable"
                : $"{paths[^1]}: the log ends at offset {_files[^1].End} with position {_durable.Position}; {EpochPath} says that position {_epoch.LastPosition} was durable");
        }
        _handed = _durable;
    }

    private void RecoverFile(string path, bool isFirst, bool isLast)
    {
        var handle = OpenForWriting(path);
        try
        {
            if (isLast)
            {
                // A killed process may have left bytes that only the page cache has: they are about to be taken as durable.
                Io.Flush(handle, path);
                PosixFile.DropCache(handle);
            }
            var headerBytes = new byte[LogFileHeader.Size];
            var header = LogFileHeader.Read(path, headerBytes.AsSpan(0, RandomAccess.Read(handle, headerBytes, 0)));
            var file = new LogFile(path, header);
            if (isFirst ? header.FirstPosition > _epoch.TruncatedThrough + 1 : file.Start != _durable)
            {
                throw new CorruptLogException(
                    $"{path}: the file begins (offset 16) after position {header.FirstPosition - 1}, but what is there before it ends at position {(isFirst ? _epoch.TruncatedThrough : _durable.Position)}: a file is missing or damaged");
            }
            _durable = file.Start;
            CheckAgainstEpoch(path, 0);
            var length = RandomAccess.GetLength(handle);
            ReadRecords(file, new RecordReader(handle, header.Salt, LogFileHeader.Size, length), isLast, length);
            _files.Add(file);
            if (!isLast)
                return;
            if (length > file.End)
            {
                Io.SetLength(handle, path, file.End);
                Io.Flush(handle, path);
            }
            (_active, _activeLength) = (handle, file.End);
        }
        finally
        {
            if (_active != handle)
                handle.Dispose();
        }
    }

    private void ReadRecords(LogFile file, RecordReader reader, bool isLast, long length)
    {
        while (true)
        {
            var offset = reader.Offset;
            var read = reader.Read(out var record, out _);
            if (read == RecordRead.End)
                return;
            if (read == RecordRead.Damaged)
            {
                ThrowUnlessTorn(file, reader, isLast);
                _options.TailCut?.Invoke(new LogTailCut(file.Path, offset, length - offset, _durable.Position));
                return;
            }
            var next = _durable.Next(record, file.Path, offset);
            file.Add(_durable, (int)(reader.Offset - offset));
            _durable = next;
            CheckAgainstEpoch(file.Path, offset);
        }
    }

    /// <summary>
    /// Damage is a torn write only in the last file, beyond every position that is known to have been durable: by the epoch file, or by a
    /// whole record header further on, which names the position through which all was durable before its own write began. The records
    /// of one unfinished write all name a position before the first of them, so it does not matter which of their sectors reached the disk.
    /// </summary>
    private void ThrowUnlessTorn(LogFile file, RecordReader reader, bool isLast)
    {
        var position = _durable.Position + 1;
        var at = $"{file.Path}: the record at offset {reader.Offset} (position {position}) is damaged";
        if (!isLast)
            throw new CorruptLogException($"{at}, and a later file follows");
        if (position <= _epoch.LastPosition)
            throw new CorruptLogException($"{at}; {EpochPath} says that position {_epoch.LastPosition} was durable");
        var claim = reader.FindCommitClaim(position);
        if (claim >= 0)
            throw new CorruptLogException($"{at}; the record at offset {claim} was written after it was durable");
    }

    private void CheckAgainstEpoch(string path, long offset)
    {
        if (_durable.Epoch > _epoch.Epoch)
            throw new CorruptLogException($"{path}: the record at offset {offset} has epoch {_durable.Epoch}; {EpochPath} is at {_epoch.Epoch}");
        if (_durable.Position == _epoch.LastPosition && _durable.Running != _epoch.Running)
            throw new CorruptLogException($"{path}: the running checksum at offset {offset} (position {_durable.Position}) is not the one in {EpochPath}");
    }
}
