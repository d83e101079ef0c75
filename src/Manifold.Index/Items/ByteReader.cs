using System.Buffers.Binary;
using System.Text.Unicode;

namespace Manifold.Index;

/// <summary>Reads little-endian fields from a span; every read is checked against what remains.</summary>
/// <remarks>
/// Lengths are unsigned LEB128 in their shortest form, so that equal values have equal bytes. Anything else throws
/// <see cref="InvalidDataException"/> with the offset.
/// </remarks>
internal ref struct ByteReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;

    public int Position { get; private set; }

    public readonly int Remaining => _source.Length - Position;

    public byte ReadByte() => ReadBytes(1)[0];

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(sizeof(long)));

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count > Remaining) throw Malformed($"{count} bytes are announced where {Remaining} remain");
        var bytes = _source.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>A non-negative 32-bit integer.</summary>
    public int ReadVarint()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var b = ReadByte();
            if (shift == 28 && b > 7 || shift > 0 && b == 0) break;
            value |= (uint)(b & 0x7F) << shift;
            if (b < 0x80) return (int)value;
        }

        throw Malformed("an integer is not in its shortest form or exceeds 2^31 - 1");
    }

    /// <summary>A length and that many bytes.</summary>
    public ReadOnlySpan<byte> ReadBlock() => ReadBytes(ReadVarint());

    /// <summary>A length and that many bytes of valid UTF-8.</summary>
    public ReadOnlySpan<byte> ReadText(int minBytes = 0, int maxBytes = int.MaxValue)
    {
        var text = ReadBlock();
        if (text.Length < minBytes || text.Length > maxBytes) throw Malformed($"a text of {text.Length} bytes is not {minBytes} to {maxBytes} bytes long");
        if (!Utf8.IsValid(text)) throw Malformed("a text is not UTF-8");
        return text;
    }

    public readonly InvalidDataException Malformed(string what) => new($"Malformed bytes at offset {Position}: {what}.");
}
