using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Manifold.Storage;

/// <summary>
/// The first 64 bytes of a log file, little-endian: magic (8), format version (4), reserved (4), first position (8), running checksum before it (8),
/// epoch of the record before it (8), salt (8), reserved (8), XXH3-64 of the 56 bytes before (8). A file appears under its name only with a whole, durable header.
/// </summary>
/// <param name="FirstPosition">The position of the file's first record.</param>
/// <param name="RunningBefore">The running checksum through the position before.</param>
/// <param name="EpochBefore">The epoch of the record before; 0 where there is none.</param>
/// <param name="Salt">Random; seeds the checksums of the file's record headers.</param>
internal readonly record struct LogFileHeader(long FirstPosition, ulong RunningBefore, long EpochBefore, ulong Salt)
{
    public const int Size = 64;
    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "MNFLDLOG"u8;

    public static string FileName(long firstPosition) => string.Create(CultureInfo.InvariantCulture, $"log-{firstPosition:D20}.mlog");

    public static LogFileHeader After(LogChain chain) =>
        new(chain.Position + 1, chain.Running, chain.Epoch, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)));

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), FirstPosition);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), RunningBefore);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), EpochBefore);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(56), XxHash3.HashToUInt64(bytes.AsSpan(0, 56)));
        return bytes;
    }

    /// <exception cref="CorruptLogException">The header is damaged, of another version, or not this file's.</exception>
    public static LogFileHeader Read(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[56..]) != XxHash3.HashToUInt64(bytes[..56]))
        {
            throw new CorruptLogException($"{path}: the file header at offset 0 is damaged");
        }
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (version != Version)
            throw new CorruptLogException($"{path}: log format {version} at offset 8; this program reads format {Version}");
        var header = new LogFileHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]));
        if (Path.GetFileName(path) != FileName(header.FirstPosition))
            throw new CorruptLogException($"{path}: the file header at offset 16 says that its first position is {header.FirstPosition}");
        return header;
    }
}
