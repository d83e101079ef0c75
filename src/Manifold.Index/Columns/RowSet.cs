using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>One stored set of rows, read in place (see <see cref="RowSetFormat"/>). What is read is checked on the way: a damaged set throws and touches nothing outside.</summary>
internal readonly unsafe struct RowSet
{
    private readonly RowSetTable _table;
    private readonly long _place;
    private readonly int _bytes;

    /// <param name="table">What it is of.</param>
    /// <param name="place">Its first byte in the section, checked; or its only row.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="bytes">Its bytes, checked.</param>
    public RowSet(RowSetTable table, long place, int count, int bytes)
    {
        _table = table;
        _place = place;
        _bytes = bytes;
        Count = count;
    }

    /// <summary>How many rows are in the set.</summary>
    public int Count { get; }

    /// <summary>The bytes that they take, beside their entry in the table.</summary>
    public int Bytes => _bytes;

    /// <summary>Sets the bit of each row.</summary>
    public void AddTo(Span<ulong> words)
    {
        if (Count == 1)
        {
            words[(int)_place >>> 6] |= 1UL << (int)_place;
            return;
        }

        var sink = new SetSink(words);
        Visit(ref sink);
    }

    /// <summary>How many of the rows have their bit set.</summary>
    public int CountIn(ReadOnlySpan<ulong> words)
    {
        var sink = new CountSink(words);
        Visit(ref sink);
        return sink.Count;
    }

    /// <summary>The rows in ascending order.</summary>
    /// <exception cref="CorruptSegmentException">The set is damaged.</exception>
    public void Visit<TSink>(ref TSink sink)
        where TSink : struct, IRowSink, allows ref struct
    {
        if (Count == 0) return;
        if (Count == 1)
        {
            sink.Row((int)_place);
            return;
        }

        var set = new ReadOnlySpan<byte>(_table.Start + _place, _bytes);
        var containers = BinaryPrimitives.ReadInt32LittleEndian(set);
        if (containers == 0) VisitList(set, ref sink);
        else VisitContainers(set, containers, ref sink);
    }

    private void VisitList<TSink>(ReadOnlySpan<byte> set, ref TSink sink)
        where TSink : struct, IRowSink, allows ref struct
    {
        if (set.Length != RowSetFormat.Pad(RowSetFormat.HeaderBytes + (Count * sizeof(int)))) throw Damaged(0, $"a list of {Count} rows in {set.Length} bytes");
        var previous = -1;
        foreach (var row in MemoryMarshal.Cast<byte, int>(set[RowSetFormat.HeaderBytes..])[..Count])
        {
            if (row <= previous || row >= _table.RowCount) throw Damaged(RowSetFormat.HeaderBytes, $"row {row} after {previous}, of {_table.RowCount} rows");
            sink.Row(row);
            previous = row;
        }
    }

    private void VisitContainers<TSink>(ReadOnlySpan<byte> set, int containers, ref TSink sink)
        where TSink : struct, IRowSink, allows ref struct
    {
        var elements = RowSetFormat.HeaderBytes + (containers * (long)RowSetFormat.EntryBytes);
        if (containers < 0 || elements > set.Length) throw Damaged(0, $"{containers} containers in {set.Length} bytes");
        var rest = set[(int)elements..];
        var (previous, total) = (-1, 0L);
        for (var i = 0; i < containers; i++)
        {
            var entry = set[(RowSetFormat.HeaderBytes + (i * RowSetFormat.EntryBytes))..];
            int key = BinaryPrimitives.ReadUInt16LittleEndian(entry), form = BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]);
            var count = BinaryPrimitives.ReadInt32LittleEndian(entry[4..]);
            var first = (long)key * RowSetFormat.ContainerRows;
            var bytes = form switch { RowSetFormat.ArrayForm => 2L, RowSetFormat.RunForm => 4L, _ => 0L } * count;
            if (form == RowSetFormat.BitmapForm) bytes = RowSetFormat.BitmapBytes;
            if (key <= previous || first >= _table.RowCount || count is < 1 or > RowSetFormat.ContainerRows || bytes == 0 || bytes > rest.Length)
                throw Damaged(RowSetFormat.HeaderBytes + (i * RowSetFormat.EntryBytes), $"container {key} of form {form} with {count} elements in {rest.Length} bytes");
            var limit = (int)Math.Min(RowSetFormat.ContainerRows, _table.RowCount - first);
            total += VisitElements(form, rest[..(int)bytes], count, (int)first, limit, ref sink);
            rest = rest[Math.Min(RowSetFormat.Pad((int)bytes), rest.Length)..];
            previous = key;
        }

        if (total != Count) throw Damaged(0, $"{total} rows where {Count} are announced");
    }

    /// <returns>How many rows there are.</returns>
    private int VisitElements<TSink>(int form, ReadOnlySpan<byte> bytes, int count, int first, int limit, ref TSink sink)
        where TSink : struct, IRowSink, allows ref struct
    {
        if (form == RowSetFormat.BitmapForm)
        {
            var words = MemoryMarshal.Cast<byte, ulong>(bytes);
            if (RowWords.PopCount(words) != count || (limit < RowSetFormat.ContainerRows && RowWords.CountRun(words, limit, RowSetFormat.ContainerRows - 1) != 0))
                throw Damaged(0, $"the bitmap of rows {first} and up does not hold {count} of {limit} rows");
            sink.Words(first, words);
            return count;
        }

        var values = MemoryMarshal.Cast<byte, ushort>(bytes);
        var (previous, total) = (-1, 0);
        for (var i = 0; i < values.Length; i++)
        {
            int from = values[i], to = form == RowSetFormat.RunForm ? values[++i] : from;
            if (from <= previous || to < from || to >= limit) throw Damaged(0, $"rows {first + from} to {first + to} after {first + previous}, of {_table.RowCount} rows");
            if (form == RowSetFormat.ArrayForm) sink.Row(first + from);
            else sink.Run(first + from, first + to);
            total += to - from + 1;
            previous = to;
        }

        return total;
    }

    private CorruptSegmentException Damaged(long offset, string what) => _table.Damaged(_place + offset, what);

    private readonly ref struct SetSink(Span<ulong> words) : IRowSink
    {
        private readonly Span<ulong> _words = words;

        public void Row(int row) => _words[row >>> 6] |= 1UL << row;

        public void Run(int first, int last) => RowWords.SetRun(_words, first, last);

        public void Words(int firstRow, ReadOnlySpan<ulong> words) => RowWords.Or(_words.Slice(firstRow / 64, words.Length), words);
    }

    private ref struct CountSink(ReadOnlySpan<ulong> words) : IRowSink
    {
        private readonly ReadOnlySpan<ulong> _words = words;

        public int Count { get; private set; }

        public void Row(int row) => Count += (int)(_words[row >>> 6] >> row & 1);

        public void Run(int first, int last) => Count += RowWords.CountRun(_words, first, last);

        public void Words(int firstRow, ReadOnlySpan<ulong> words)
        {
            var mine = _words.Slice(firstRow / 64, words.Length);
            for (var i = 0; i < words.Length; i++) Count += System.Numerics.BitOperations.PopCount(mine[i] & words[i]);
        }
    }
}
