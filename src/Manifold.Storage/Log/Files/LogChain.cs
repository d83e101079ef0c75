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
        var broken = Fault(record.Epoch, record.Position, record.BatchId, record.Running, record.PayloadChecksum);
        return broken is null
            ? new LogChain(record.Position, record.Running, record.Epoch)
            : throw new CorruptLogException($"{path}: the record at offset {offset} {broken}");
    }

    /// <summary>Why a record cannot follow, as the end of a sentence; <c>null</c> where it does.</summary>
    public string? Fault(long epoch, long position, Guid batchId, ulong running, ulong payloadChecksum) =>
        position != Position + 1 ? $"has position {position} where {Position + 1} must follow"
        : epoch < Epoch ? $"has epoch {epoch} after epoch {Epoch}"
        : running != RunningChecksum.Next(Running, epoch, position, batchId, payloadChecksum) ? "has a running checksum that does not follow from the records before it"
        : null;
}
