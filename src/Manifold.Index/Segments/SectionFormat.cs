using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Manifold.Index;

/// <summary>The form of a file of sections, a segment or its indexes: header, sections, table. Little-endian.</summary>
/// <remarks>
/// <para>Header, <see cref="HeaderBytes"/> bytes: magic (<c>MFSEGM01</c> for a segment, <c>MFINDX01</c> for its indexes); format version (u32); number of sections (u32); rows (i64); the table's
/// offset and length (i64 each); the file's length (i64); 8 zero bytes; XXH3-64 of the 56 bytes before.</para>
/// <para>Sections follow in the table's order, each at the next multiple of its alignment; the bytes between are zero. The table comes last, so
/// that a file is written in one pass: for each section kind (u8), name of the space or attribute (length-prefixed), dimension (LEB128), metric (u8), offset, length
/// and XXH3-64 of its bytes (i64 each); then XXH3-64 of the table's bytes before.</para>
/// </remarks>
internal static class SectionFormat
{
    public const int HeaderBytes = 64;
    public const int ChecksumBytes = sizeof(ulong);
    public const uint Version = 1;
    private const int MaxNameBytes = Attributes.MaxNameBytes;
    private const int HeaderChecksumOffset = HeaderBytes - ChecksumBytes;


    public static long Align(long offset, long alignment) => (offset + alignment - 1) & -alignment;

    public static byte[] EncodeHeader(SectionFileKind kind, int sections, long rows, long tableOffset, long tableLength)
    {
        var header = new byte[HeaderBytes];
        Magic(kind).CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), sections);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), rows);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), tableOffset);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), tableLength);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), tableOffset + tableLength);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(HeaderChecksumOffset), XxHash3.HashToUInt64(header.AsSpan(0, HeaderChecksumOffset)));
        return header;
    }

    public static (int Sections, int Rows, long TableOffset, int TableLength) DecodeHeader(SectionFileKind kind, ReadOnlySpan<byte> header, long fileLength, string file)
    {
        if (fileLength < HeaderBytes) throw new CorruptSegmentException(file, "header", 0, $"the file has {fileLength} bytes, less than a header");
        if (!header.StartsWith(Magic(kind))) throw new CorruptSegmentException(file, "header", 0, $"this is no {(kind == SectionFileKind.Segment ? "segment" : "index")} file");
        if (BinaryPrimitives.ReadUInt64LittleEndian(header[HeaderChecksumOffset..]) != XxHash3.HashToUInt64(header[..HeaderChecksumOffset]))
            throw new CorruptSegmentException(file, "header", HeaderChecksumOffset, "the checksum does not match");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (version != Version) throw new CorruptSegmentException(file, "header", 8, $"format version {version} is unknown; this program reads {Version}");
        var sections = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        var rows = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        var tableOffset = BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
        var tableLength = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        var announced = BinaryPrimitives.ReadInt64LittleEndian(header[40..]);
        if (announced != fileLength) throw new CorruptSegmentException(file, "header", 40, $"{announced} bytes are announced, the file has {fileLength}");
        if (rows is < 0 or > int.MaxValue) throw new CorruptSegmentException(file, "header", 16, $"{rows} rows are not possible");
        if (tableOffset < HeaderBytes || tableLength is < ChecksumBytes or > int.MaxValue || tableOffset > fileLength - tableLength)
            throw new CorruptSegmentException(file, "header", 24, $"a table at {tableOffset} of {tableLength} bytes is not possible");
        return (sections, (int)rows, tableOffset, (int)tableLength);
    }

    public static byte[] EncodeTable(IEnumerable<SegmentSection> sections)
    {
        var table = new ArrayBufferWriter<byte>();
        foreach (var section in sections)
        {
            table.WriteByte((byte)section.Kind);
            table.WriteText(section.Space);
            table.WriteVarint(section.Dimension);
            table.WriteByte((byte)section.Metric);
            table.WriteInt64(section.Offset);
            table.WriteInt64(section.Length);
            table.WriteInt64((long)section.Checksum);
        }

        table.WriteInt64((long)XxHash3.HashToUInt64(table.WrittenSpan));
        return table.WrittenSpan.ToArray();
    }

    public static SegmentSection[] DecodeTable(ReadOnlySpan<byte> table, long tableOffset, int count, string file)
    {
        var body = table[..^ChecksumBytes];
        if (BinaryPrimitives.ReadUInt64LittleEndian(table[^ChecksumBytes..]) != XxHash3.HashToUInt64(body))
            throw new CorruptSegmentException(file, "table", tableOffset + body.Length, "the checksum does not match");
        var reader = new ByteReader(body);
        var sections = new List<SegmentSection>();
        var end = (long)HeaderBytes;
        try
        {
            while (reader.Remaining > 0)
            {
                var section = new SegmentSection(
                    (SectionKind)reader.ReadByte(),
                    Utf8Text.Decode(reader.ReadText(0, MaxNameBytes)),
                    reader.ReadVarint(),
                    (Metric)reader.ReadByte(),
                    reader.ReadInt64(),
                    reader.ReadInt64(),
                    (ulong)reader.ReadInt64());
                if (section.Offset != Align(end, section.Alignment) || section.Length < 0 || section.Length > tableOffset - section.Offset)
                    throw new CorruptSegmentException(file, section.Name, section.Offset, $"the section of {section.Length} bytes is out of place");
                end = section.Offset + section.Length;
                sections.Add(section);
            }
        }
        catch (InvalidDataException malformed)
        {
            throw new CorruptSegmentException(file, "table", tableOffset + reader.Position, malformed.Message);
        }

        if (sections.Count != count || end != tableOffset)
            throw new CorruptSegmentException(file, "table", tableOffset, $"{sections.Count} sections end at {end}; the header announces {count} that end at {tableOffset}");
        return [.. sections];
    }

    private static ReadOnlySpan<byte> Magic(SectionFileKind kind) => kind == SectionFileKind.Segment ? "MFSEGM01"u8 : "MFINDX01"u8;
}
