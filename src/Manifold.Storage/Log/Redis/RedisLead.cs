namespace Manifold.Storage;

/// <summary>What one taking of the lead gave its handle, and what was handed over since. Guarded by the log's gate.</summary>
internal sealed class RedisLead(RedisLogState start)
{
    public long Epoch => start.Epoch;

    /// <summary>The log's id: a log that was deleted and made anew under the same name has another.</summary>
    public byte[] LogId => start.Id;

    /// <summary>The last record that was handed over.</summary>
    public LogChain Handed { get; private set; } = new(start.Last, start.Sum, start.Epoch);

    /// <summary>Payload bytes of the log through it.</summary>
    public long HandedBytes { get; private set; } = start.Bytes;

    /// <summary>Payload bytes that truncations gave back, as far as this handle knows.</summary>
    public long FreedBytes { get; private set; } = start.Freed;

    /// <summary>Why this lead writes no more.</summary>
    public RedisLeadEnd? End { get; set; }

    /// <summary>Takes the next record in.</summary>
    public RedisAppend Hand(long position, Guid batchId, ulong payloadChecksum, ReadOnlyMemory<byte> payload)
    {
        var checksum = RunningChecksum.Next(Handed.Running, Epoch, position, batchId, payloadChecksum);
        Handed = new LogChain(position, checksum, Epoch);
        HandedBytes += payload.Length;
        return new RedisAppend(this, position, batchId, checksum, HandedBytes, payload);
    }

    public void Freed(long bytes) => FreedBytes = Math.Max(FreedBytes, bytes);
}
