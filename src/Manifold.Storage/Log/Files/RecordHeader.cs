using System.Buffers.Binary;
using System.IO.Hashing;

namespace Manifold.Storage;

/// <summary>
/// The 72 bytes before each record's payload in a log file. All numbers are little-endian: marker (4), payload length (4), epoch (8), position (8),
/// committed-through (8), batch id (16), running checksum (8), payload checksum (8), header checksum (8). The header checksum is seeded with the file's random
/// salt plus the header's offset: it holds nowhere but at its own place in its own file, so bytes inside a payload can never pass for a record.
/// </summary>
/// <param name="Length">The payload's length in bytes.</param>
/// <param name="Epoch">The epoch of the leader that wrote the record.</param>
/// <param name="Position">The record's position.</param>
/// <param name="CommittedThrough">
/// The last position that was known durable before the write that carries this record began. A whole header thus proves that damage at or before that
/// position is not a torn write.
/// </param>
/// <param name="BatchId">The writer's identity for the record.</param>
/// <param name="Running">The running checksum through this record.</param>
/// <param name="PayloadChecksum">XXH3-64 of the payload.</param>
internal readonly record struct RecordHeader(
    int Length, long Epoch, long Position, long CommittedThrough, Guid BatchId, ulong Running, ulong PayloadChecksum)
{
    public const int Size = 72;

    /// <summary>Starts every header; lets a scan over damaged bytes find the next one.</summary>
    public static ReadOnlySpan<byte> Marker => "MREC"u8;

    public void Write(Span<byte> target, ulong salt, long offset)
    {
        Marker.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Position);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], CommittedThrough);
        BatchId.TryWriteBytes(target[32..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(target[48..], Running);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], PayloadChecksum);
        BinaryPrimitives.WriteUInt64LittleEndian(target[64..], Checksum(target, salt, offset));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, ulong salt, long offset, out RecordHeader header)
    {
        header = default;
        if (!source.StartsWith(Marker) || BinaryPrimitives.ReadUInt64LittleEndian(source[64..]) != Checksum(source, salt, offset))
            return false;
        header = new RecordHeader(
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            new Guid(source.Slice(32, 16), bigEndian: true),
            BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[56..]));
        return true;
    }

    private static ulong Checksum(ReadOnlySpan<byte> header, ulong salt, long offset) =>
        XxHash3.HashToUInt64(header[..64], unchecked((long)salt + offset));
}
