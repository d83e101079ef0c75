namespace Manifold.Index.Partitions;

/// <summary>Some of a segment's vectors of one space, by place. Valid while the segment is open; reading is safe from any number of threads.</summary>
internal sealed unsafe class PointSet
{
    private readonly SegmentReader _segment;
    private readonly int _space;
    private readonly int[] _rows;

    /// <param name="segment">The segment; its vectors do not move.</param>
    /// <param name="space">The index of the space.</param>
    /// <param name="rows">Rows that have a vector in the space.</param>
    public PointSet(SegmentReader segment, int space, int[] rows)
    {
        (_segment, _space, _rows) = (segment, space, rows);
        Dimension = segment.Spaces[space].Dimension;
    }

    /// <summary>How many there are.</summary>
    public int Count => _rows.Length;

    /// <summary>Elements of a vector.</summary>
    public int Dimension { get; }

    /// <summary>The rows, by place.</summary>
    public ReadOnlySpan<int> Rows => _rows;

    /// <summary>All rows of a segment that have a vector in the space.</summary>
    public static PointSet OfAll(SegmentReader segment, int space) =>
        new(segment, space, [.. Enumerable.Range(0, segment.RowCount).Where(row => segment.TryGetVector(row, space, out _))]);

    /// <summary>Some of these points, drawn without repeats; all of them where there are no more.</summary>
    public PointSet Sample(int count, int seed)
    {
        if (count >= Count)
            return this;
        var rows = (int[])_rows.Clone();
        new Random(seed).Shuffle(rows);
        Array.Resize(ref rows, count);
        Array.Sort(rows); // read in the order of the file
        return new PointSet(_segment, _space, rows);
    }

    /// <summary>These points in random order, so that the first of them are a sample too.</summary>
    public PointSet Shuffled(int seed)
    {
        var rows = (int[])_rows.Clone();
        new Random(seed).Shuffle(rows);
        return new PointSet(_segment, _space, rows);
    }

    /// <summary>These points without others of the same space.</summary>
    public PointSet Except(PointSet others)
    {
        var without = others._rows.ToHashSet();
        return new PointSet(_segment, _space, [.. _rows.Where(row => !without.Contains(row))]);
    }

    /// <summary>A point's first element, [dimension].</summary>
    public float* At(int index)
    {
        _segment.TryGetVector(_rows[index], _space, out var vector);
        return (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(vector));
    }

    /// <summary>Whether a condition holds for every point.</summary>
    public bool All(VectorCondition condition)
    {
        for (var i = 0; i < Count; i++)
        {
            if (!condition(new ReadOnlySpan<float>(At(i), Dimension)))
                return false;
        }

        return true;
    }

    /// <summary>A condition on a vector.</summary>
    public delegate bool VectorCondition(ReadOnlySpan<float> vector);

    /// <summary>Copies a point.</summary>
    public void Copy(int index, Span<float> target) => new ReadOnlySpan<float>(At(index), Dimension).CopyTo(target);
}
