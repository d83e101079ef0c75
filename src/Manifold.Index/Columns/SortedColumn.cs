namespace Manifold.Index;

/// <summary>Numbers or times of one attribute in ascending order, each with its row: a sorted key (i64) a value, and its row (i32) in a section of its own.</summary>
internal sealed unsafe class SortedColumn
{
    private readonly SectionFile _file;
    private readonly SegmentSection _rows;
    private readonly long* _keys;

    /// <exception cref="CorruptSegmentException">The sections' lengths do not fit each other or the rows.</exception>
    public SortedColumn(SectionFile file, SegmentSection keys)
    {
        _file = file;
        var count = keys.Length / sizeof(long);
        if (keys.Length % sizeof(long) != 0 || count > file.RowCount) throw file.Damaged(keys, 0, $"{keys.Length} bytes of keys for {file.RowCount} rows");
        _rows = file.Find(keys.Kind == SectionKind.NumberKeys ? SectionKind.NumberRows : SectionKind.TimeRows, keys.Space, count * sizeof(int));
        _keys = (long*)file.At(keys);
        Count = (int)count;
    }

    /// <summary>How many values there are, which is how many rows have one.</summary>
    public int Count { get; }

    public ReadOnlySpan<long> Keys => new(_keys, Count);

    /// <summary>The key of a number: keys are in the order of their numbers.</summary>
    public static long KeyOf(double number) => Flip(BitConverter.DoubleToInt64Bits(number));

    /// <summary>The number of a key.</summary>
    public static double NumberOf(long key) => BitConverter.Int64BitsToDouble(Flip(key));

    /// <summary>The rows of the values from one place to before another, in the order of the values and then of the rows.</summary>
    public ReadOnlySpan<int> Rows(int from, int to) => new ReadOnlySpan<int>((int*)_file.At(_rows), Count)[from..to];

    /// <summary>The first place, from another one on, whose key is not less; all keys before that one are.</summary>
    public int LowerBound(long key, int from = 0)
    {
        // Gallops, so that the next of many sorted keys is near; the whole is at most twice a binary search.
        var (low, high, step) = (from, from, 1);
        while (high < Count && _keys[high] < key)
        {
            low = high + 1;
            high = (int)Math.Min(Count, (long)high + step);
            step = Math.Min(step, 1 << 29) * 2;
        }

        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_keys[middle] < key) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>The first place, from another one on, whose key is greater.</summary>
    public int UpperBound(long key, int from = 0) => key == long.MaxValue ? Count : LowerBound(key + 1, from);

    /// <summary>Sets the bits of the rows of a slice.</summary>
    /// <exception cref="CorruptSegmentException">A row is not one of the segment's.</exception>
    public void AddTo(Span<ulong> words, int from, int to)
    {
        var limit = (uint)_file.RowCount;
        foreach (var row in Rows(from, to))
        {
            if ((uint)row >= limit) throw DamagedRow(row);
            words[row >>> 6] |= 1UL << row;
        }
    }

    /// <summary>How many rows of a slice have their bits set.</summary>
    /// <exception cref="CorruptSegmentException">A row is not one of the segment's.</exception>
    public int CountIn(ReadOnlySpan<ulong> words, int from, int to)
    {
        var limit = (uint)_file.RowCount;
        var count = 0;
        foreach (var row in Rows(from, to))
        {
            if ((uint)row >= limit) throw DamagedRow(row);
            count += (int)(words[row >>> 6] >> row & 1);
        }

        return count;
    }

    private static long Flip(long bits) => bits ^ ((bits >> 63) & long.MaxValue);

    private CorruptSegmentException DamagedRow(int row) => _file.Damaged(_rows, 0, $"row {row} is not one of {_file.RowCount}");
}
