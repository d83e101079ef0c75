using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>The stored form of a set of two rows or more: a compressed bitmap.</summary>
/// <remarks>
/// <para>Little-endian, at a multiple of 8: number of containers (i32), 4 zero bytes. Without containers the rows follow (i32 each, ascending). Otherwise the
/// containers, ascending: the 65,536 rows that it is about (u16, row / 65,536), its form (u16) and its number of elements (i32); then their elements in the same
/// order, each container's padded to a multiple of 8. A container is whichever is smallest of a sorted array (u16 each), runs (first and last row, u16 each)
/// and a bitmap of 8 KiB, whose elements are its rows; the set is a plain list of rows where that is no larger.</para>
/// <para>After Roaring bitmaps: Chambi et al., "Better bitmap performance with Roaring bitmaps" (2016); Lemire et al., "Consistently faster and smaller
/// compressed bitmaps with Roaring" (2016).</para>
/// </remarks>
internal static class RowSetFormat
{
    public const int ContainerRows = 65_536;
    public const int HeaderBytes = 8;
    public const int EntryBytes = 8;
    public const int BitmapBytes = ContainerRows / 8;
    public const ushort ArrayForm = 1;
    public const ushort RunForm = 2;
    public const ushort BitmapForm = 3;

    public static int Pad(int bytes) => (bytes + 7) & ~7;

    /// <summary>Appends the smallest form.</summary>
    /// <param name="rows">Ascending, each once; at least two.</param>
    /// <param name="output">A multiple of 8 bytes are in it, and will be.</param>
    public static void Write(ReadOnlySpan<int> rows, IBufferWriter<byte> output)
    {
        var containers = 0;
        var compressed = HeaderBytes;
        for (var rest = rows; !rest.IsEmpty; containers++)
        {
            var container = TakeContainer(ref rest);
            compressed += EntryBytes + Pad(Measure(container).Bytes);
        }

        if (HeaderBytes + (rows.Length * (long)sizeof(int)) <= compressed)
        {
            WriteInt32s(output, 0, 0);
            WritePadded(output, MemoryMarshal.AsBytes(rows));
            return;
        }

        WriteInt32s(output, containers, 0);
        for (var rest = rows; !rest.IsEmpty;)
        {
            var container = TakeContainer(ref rest);
            var (form, elements, _) = Measure(container);
            WriteInt32s(output, (container[0] >>> 16) | (form << 16), elements);
        }

        for (var rest = rows; !rest.IsEmpty;) WriteElements(TakeContainer(ref rest), output);
    }

    private static void WriteElements(ReadOnlySpan<int> rows, IBufferWriter<byte> output)
    {
        switch (Measure(rows))
        {
            case (ArrayForm, var count, _):
                var array = new ushort[count];
                for (var i = 0; i < count; i++) array[i] = (ushort)rows[i];
                WritePadded(output, MemoryMarshal.AsBytes(array.AsSpan()));
                break;
            case (RunForm, var count, _):
                var runs = new ushort[count * 2];
                var run = -1;
                for (var i = 0; i < rows.Length; i++)
                {
                    if (i == 0 || rows[i] != rows[i - 1] + 1) runs[++run * 2] = (ushort)rows[i];
                    runs[(run * 2) + 1] = (ushort)rows[i];
                }

                WritePadded(output, MemoryMarshal.AsBytes(runs.AsSpan()));
                break;
            default:
                var words = new ulong[BitmapBytes / sizeof(ulong)];
                foreach (var row in rows) words[(ushort)row >> 6] |= 1UL << row;
                WritePadded(output, MemoryMarshal.AsBytes(words.AsSpan()));
                break;
        }
    }

    private static (ushort Form, int Elements, int Bytes) Measure(ReadOnlySpan<int> rows)
    {
        var runs = 1;
        for (var i = 1; i < rows.Length; i++)
            if (rows[i] != rows[i - 1] + 1) runs++;
        var (array, run) = (rows.Length * sizeof(ushort), runs * 2 * sizeof(ushort));
        if (array <= Math.Min(run, BitmapBytes)) return (ArrayForm, rows.Length, array);
        return run <= BitmapBytes ? (RunForm, runs, run) : (BitmapForm, rows.Length, BitmapBytes);
    }

    private static ReadOnlySpan<int> TakeContainer(ref ReadOnlySpan<int> rows)
    {
        var end = ((rows[0] >>> 16) + 1L) * ContainerRows;
        var count = end > int.MaxValue ? -1 : rows.BinarySearch((int)end);
        if (end > int.MaxValue) count = rows.Length;
        else if (count < 0) count = ~count;
        var container = rows[..count];
        rows = rows[count..];
        return container;
    }

    private static void WriteInt32s(IBufferWriter<byte> output, int first, int second)
    {
        var span = output.GetSpan(2 * sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(span, first);
        BinaryPrimitives.WriteInt32LittleEndian(span[sizeof(int)..], second);
        output.Advance(2 * sizeof(int));
    }

    private static void WritePadded(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        ReadOnlySpan<byte> zeros = [0, 0, 0, 0, 0, 0, 0, 0];
        output.Write(zeros[..(Pad(bytes.Length) - bytes.Length)]);
    }
}
