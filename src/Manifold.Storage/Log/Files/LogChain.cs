namespace Manifold.Storage;

/// <summary>A place in the log, and the rules by which the next record follows it: positions dense, epochs never falling, running checksum right.</summary>
/// <param name="Position">The last position so far.</param>
/// <param name="Running">The running checksum through it.</param>
/// <param name="Epoch">The epoch of the record there.</param>
internal readonly record struct LogChain(long Position, ulong Running, long Epoch)
{
    /// <summary>The place after a record.</summary>
    /// <exception cref="CorruptLogException">The record does not follow; the message names the file, the offset and the rule.</exception>
    public LogChain Next(RecordHeader record, string path, long offset)
    {
        var running = RunningChecksum.Next(Running, record.Epoch, record.Position, record.BatchId, record.PayloadChecksum);
        var broken = record.Position != Position + 1 ? $"has position {record.Position} where {Position + 1} must follow"
            : record.Epoch < Epoch ? $"has epoch {record.Epoch} after epoch {Epoch}"
            : record.Running != running ? "has a running checksum that does not follow from the records before it"
            : null;
        return broken is null
            ? new LogChain(record.Position, running, record.Epoch)
            : throw new CorruptLogException($"{path}: the record at offset {offset} {broken}");
    }
}
