namespace Manifold.Storage;

/// <summary>One durable record of a shard's log.</summary>
/// <param name="Epoch">The epoch of the leader that wrote it.</param>
/// <param name="Position">Its position: dense, from 1.</param>
/// <param name="BatchId">The writer's identity for this record.</param>
/// <param name="Checksum">The running checksum of the log through this record.</param>
/// <param name="Payload">Its bytes, owned by the receiver.</param>
public sealed record LogRecord(long Epoch, long Position, Guid BatchId, ulong Checksum, ReadOnlyMemory<byte> Payload);
