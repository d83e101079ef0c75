using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Storage;

/// <content>Reads durable records back, beside running appends and truncations.</content>
internal sealed partial class FileLog
{
    // Records are read ahead in blocks of this size, off the caller's thread.
    private const int ReadBlockBytes = 1024 * 1024;

    /// <summary>The part of one file that a read covers, as of the call.</summary>
    private readonly record struct ReadSpan(LogFile File, LogChain Before, long Offset, long End);

    public IAsyncEnumerable<LogRecord> ReadAsync(long fromPosition, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromPosition, 1);
        var spans = new List<ReadSpan>();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IShardLog));
            if (fromPosition < EndUnderGate().FirstPosition)
                throw Truncated(fromPosition);
            foreach (var file in fromPosition <= _durable.Position ? _files : [])
            {
                var (before, offset) = file.Seek(fromPosition);
                if (offset < file.End)
                    spans.Add(new ReadSpan(file, before, offset, file.End));
            }
            var first = spans.FindLastIndex(span => span.File.Header.FirstPosition <= fromPosition);
            if (first > 0)
                spans.RemoveRange(0, first);
        }
        return ReadAsync(spans, fromPosition, cancellationToken);
    }

    private async IAsyncEnumerable<LogRecord> ReadAsync(
        List<ReadSpan> spans, long fromPosition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var span in spans)
        {
            using var handle = OpenForReading(span.File.Path, fromPosition);
            var reader = new RecordReader(handle, span.File.Header.Salt, span.Offset, span.End);
            var chain = span.Before;
            while (reader.Offset < span.End)
            {
                (var block, chain) = await Task.Run(() => ReadBlock(span.File.Path, reader, chain, span.End, fromPosition), cancellationToken);
                foreach (var record in block)
                    yield return record;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static (List<LogRecord> Block, LogChain Chain) ReadBlock(
        string path, RecordReader reader, LogChain chain, long end, long fromPosition)
    {
        var block = new List<LogRecord>();
        var blockEnd = Math.Min(end, reader.Offset + ReadBlockBytes);
        while (reader.Offset < blockEnd)
        {
            var offset = reader.Offset;
            if (reader.Read(out var record, out var payload) != RecordRead.Record)
                throw new CorruptLogException($"{path}: the record at offset {offset} (position {chain.Position + 1}) is damaged");
            chain = chain.Next(record, path, offset);
            if (record.Position >= fromPosition)
                block.Add(new LogRecord(record.Epoch, record.Position, record.BatchId, record.Running, payload.ToArray()));
        }
        return (block, chain);
    }

    private SafeFileHandle OpenForReading(string path, long fromPosition)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            // A truncation took the file between the call and now; anything else that lost it is reported by the next open of the log.
            throw Truncated(fromPosition);
        }
    }

    private LogTruncatedException Truncated(long position) => new($"{_folder}: position {position} was truncated away");
}
