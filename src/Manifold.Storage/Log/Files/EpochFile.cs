using System.Buffers.Binary;
using System.IO.Hashing;

namespace Manifold.Storage;

/// <summary>
/// A log's <c>EPOCH</c> file, replaced atomically: magic (8), version (4), reserved (4), epoch (8), truncated-through (8), last position (8),
/// running checksum (8), XXH3-64 of all before (8), little-endian. Beyond the fencing number it remembers an end that was durable when it was written
/// (at each taking of the lead and at a clean close), so that a log that ends before it is known to have lost records.
/// </summary>
/// <param name="Epoch">The log's epoch; no record has a greater one.</param>
/// <param name="TruncatedThrough">Files up to this position may be gone; no later one may.</param>
/// <param name="LastPosition">A position that was durable.</param>
/// <param name="Running">The running checksum through <paramref name="LastPosition"/>.</param>
internal readonly record struct EpochFile(long Epoch, long TruncatedThrough, long LastPosition, ulong Running)
{
    public const string FileName = "EPOCH";
    private const int Size = 56;
    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "MNFLDEPO"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), TruncatedThrough);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), LastPosition);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), Running);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(48), XxHash3.HashToUInt64(bytes.AsSpan(0, 48)));
        return bytes;
    }

    /// <summary>Reads the file; <c>null</c> where there is none.</summary>
    /// <exception cref="CorruptLogException">It is damaged or of another version.</exception>
    public static EpochFile? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        var bytes = File.ReadAllBytes(path).AsSpan();
        if (bytes.Length != Size || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]) != XxHash3.HashToUInt64(bytes[..48]))
        {
            throw new CorruptLogException($"{path}: the epoch file is damaged (offset 0, {bytes.Length} bytes)");
        }
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (version != Version)
            throw new CorruptLogException($"{path}: epoch format {version} at offset 8; this program reads format {Version}");
        return new EpochFile(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]));
    }
}
