namespace Manifold.Storage;

/// <summary>One file of a log, as far as its records are durable, with a sparse index by position.</summary>
internal sealed class LogFile(string path, LogFileHeader header)
{
    // One entry a 64 KiB: a read that starts in the middle passes over at most that much; 1,024 entries for a full file of 64 MiB.
    private const int IndexEveryBytes = 64 * 1024;
    private readonly List<(LogChain Before, long Offset)> _index =
        [(new LogChain(header.FirstPosition - 1, header.RunningBefore, header.EpochBefore), LogFileHeader.Size)];

    public string Path { get; } = path;

    public LogFileHeader Header { get; } = header;

    /// <summary>The offset after the last durable record.</summary>
    public long End { get; private set; } = LogFileHeader.Size;

    public bool HasRecords => End > LogFileHeader.Size;

    /// <summary>The place before the file's first record.</summary>
    public LogChain Start => _index[0].Before;

    /// <summary>Takes a durable record into the index.</summary>
    /// <param name="before">The place before it.</param>
    /// <param name="storedBytes">Its length, header included.</param>
    public void Add(LogChain before, int storedBytes)
    {
        if (End - _index[^1].Offset >= IndexEveryBytes)
            _index.Add((before, End));
        End += storedBytes;
    }

    /// <summary>The nearest indexed place before <paramref name="position"/>, and the offset of the record after it.</summary>
    public (LogChain Before, long Offset) Seek(long position)
    {
        var low = 0;
        var high = _index.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_index[middle].Before.Position < position)
                low = middle;
            else
                high = middle - 1;
        }
        return _index[low];
    }
}
