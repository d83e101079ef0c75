using System.Buffers;
using System.Buffers.Binary;

namespace Manifold.Index;

/// <summary>The writing side of <see cref="ByteReader"/>.</summary>
internal static class BufferWriting
{
    public static void WriteByte(this IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public static void WriteInt64(this IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public static void WriteVarint(this IBufferWriter<byte> output, int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var span = output.GetSpan(5);
        var rest = (uint)value;
        var count = 0;
        while (rest >= 0x80)
        {
            span[count++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        span[count++] = (byte)rest;
        output.Advance(count);
    }

    public static void WriteBlock(this IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        output.WriteVarint(bytes.Length);
        output.Write(bytes);
    }

    /// <exception cref="ArgumentException">The text has no UTF-8 form.</exception>
    public static void WriteText(this IBufferWriter<byte> output, string text)
    {
        var length = Utf8Text.CountBytes(text);
        if (length < 0) throw new ArgumentException("The text holds a lone surrogate and has no UTF-8 form.", nameof(text));
        output.WriteVarint(length);
        var written = Utf8Text.Encode(text, output.GetSpan(Math.Max(length, 1)));
        output.Advance(written);
    }
}
