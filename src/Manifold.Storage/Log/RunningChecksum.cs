using System.Buffers.Binary;
using System.IO.Hashing;

namespace Manifold.Storage;

/// <summary>
/// The running checksum of a shard's log, the same on every medium: two logs with equal checksums at a position hold the same records up to it.
/// It is 0 at position 0, and for each record XXH3-64 (seed 0) of 48 bytes: the previous running checksum, the epoch, the position (each
/// 8 bytes, little-endian), the batch id (16 bytes, in the order in which it is printed), and XXH3-64 (seed 0) of the payload (8 bytes, little-endian).
/// </summary>
public static class RunningChecksum
{
    /// <summary>The payload's part of the checksum; it does not depend on what came before, so callers compute it in parallel.</summary>
    public static ulong OfPayload(ReadOnlySpan<byte> payload) => XxHash3.HashToUInt64(payload);

    /// <summary>The running checksum through a record.</summary>
    /// <param name="previous">The running checksum through the record before it; 0 before position 1.</param>
    /// <param name="epoch">The record's epoch.</param>
    /// <param name="position">The record's position.</param>
    /// <param name="batchId">The record's batch id.</param>
    /// <param name="payloadChecksum"><see cref="OfPayload"/> of the record's payload.</param>
    public static ulong Next(ulong previous, long epoch, long position, Guid batchId, ulong payloadChecksum)
    {
        Span<byte> block = stackalloc byte[48];
        BinaryPrimitives.WriteUInt64LittleEndian(block, previous);
        BinaryPrimitives.WriteInt64LittleEndian(block[8..], epoch);
        BinaryPrimitives.WriteInt64LittleEndian(block[16..], position);
        batchId.TryWriteBytes(block[24..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(block[40..], payloadChecksum);
        return XxHash3.HashToUInt64(block);
    }
}
