using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;

namespace Manifold.Index;

/// <summary>The stored form of a sealed segment's deleted rows.</summary>
/// <remarks>
/// Little-endian: magic <c>MFDELS01</c>; number of rows (u32); number of chunks (u32); for each chunk that has a row, ascending, its index (u32)
/// and 64 words (u64) of one bit a row; XXH3-64 of all that (u64).
/// </remarks>
public static class DeletionList
{
    private const int HeaderBytes = 16;
    private const int ChunkBytes = sizeof(uint) + (RowBitmap.ChunkRows / 8);
    private const int ChecksumBytes = sizeof(ulong);

    private static ReadOnlySpan<byte> Magic => "MFDELS01"u8;

    /// <summary>Writes the set; the stream need not be seekable and is neither flushed nor closed.</summary>
    public static void Write(Stream output, RowBitmap deleted)
    {
        var chunks = Enumerable.Range(0, deleted.ChunkCount).Where(chunk => !deleted.Chunk(chunk).IsEmpty).ToArray();
        var bytes = new ArrayBufferWriter<byte>(HeaderBytes + (chunks.Length * ChunkBytes) + ChecksumBytes);
        bytes.Write(Magic);
        WriteUInt32(bytes, deleted.Count);
        WriteUInt32(bytes, chunks.Length);
        foreach (var chunk in chunks)
        {
            WriteUInt32(bytes, chunk);
            foreach (var word in deleted.Chunk(chunk)) bytes.WriteInt64((long)word);
        }

        bytes.WriteInt64((long)XxHash3.HashToUInt64(bytes.WrittenSpan));
        output.Write(bytes.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <exception cref="CorruptSegmentException">The bytes are not a whole, undamaged list.</exception>
    public static RowBitmap Read(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.Length < HeaderBytes + ChecksumBytes || !bytes.StartsWith(Magic))
            throw new CorruptSegmentException(file, "header", 0, "this is no deletion list of a known version");
        var body = bytes[..^ChecksumBytes];
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[^ChecksumBytes..]) != XxHash3.HashToUInt64(body))
            throw new CorruptSegmentException(file, "rows", body.Length, "the checksum does not match");

        var count = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);
        var chunks = BinaryPrimitives.ReadUInt32LittleEndian(body[12..]);
        if (body.Length != HeaderBytes + (chunks * (long)ChunkBytes))
            throw new CorruptSegmentException(file, "header", 12, $"{chunks} chunks do not fill {bytes.Length} bytes");
        var builder = new RowBitmap.Builder(RowBitmap.Empty);
        for (var offset = HeaderBytes; offset < body.Length; offset += ChunkBytes)
        {
            var chunk = BinaryPrimitives.ReadUInt32LittleEndian(body[offset..]);
            if (chunk >= int.MaxValue / RowBitmap.ChunkRows) throw new CorruptSegmentException(file, "rows", offset, $"chunk {chunk} is not possible");
            for (var word = 0; word < RowBitmap.ChunkRows / 64; word++)
            {
                var bits = BinaryPrimitives.ReadUInt64LittleEndian(body[(offset + sizeof(uint) + (word * sizeof(ulong)))..]);
                for (; bits != 0; bits &= bits - 1)
                    builder.Add(((int)chunk * RowBitmap.ChunkRows) + (word * 64) + BitOperations.TrailingZeroCount(bits));
            }
        }

        if (builder.Count != count) throw new CorruptSegmentException(file, "header", 8, $"{count} rows are announced, {builder.Count} are there");
        return builder.ToImmutable();
    }

    private static void WriteUInt32(ArrayBufferWriter<byte> bytes, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), value);
        bytes.Advance(sizeof(int));
    }
}
