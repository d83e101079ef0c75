namespace Manifold.Index;

/// <summary>
/// A contiguous row-major block of vectors, [count × dimension] float32, row i at element i × dimension. It does not own its memory (mapped or
/// native): whoever made it keeps the memory alive and unchanged while it is in use. No alignment beyond 4 bytes is assumed.
/// </summary>
/// <param name="rows">The first element of the first row.</param>
/// <param name="count">Rows.</param>
/// <param name="dimension">Elements of a row, at least 1.</param>
/// <param name="isMapped">Whether it lies in a mapped file, in small pages.</param>
public readonly unsafe struct VectorBlock(float* rows, int count, int dimension, bool isMapped = false)
{
    /// <summary>The first element of the first row.</summary>
    public float* Rows { get; } = rows;

    /// <summary>The number of rows.</summary>
    public int Count { get; } = count;

    /// <summary>The number of elements of a row.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>Whether it lies in a mapped file, in small pages, at whose ends the processor's prefetcher stops.</summary>
    public bool IsMapped { get; } = isMapped;

    /// <summary>The elements of all rows, as long as the block's memory lives; false where there are none.</summary>
    /// <exception cref="OverflowException">They are more than a span can have.</exception>
    public bool TryGetElements(out ReadOnlySpan<float> elements)
    {
        elements = new ReadOnlySpan<float>(Rows, checked(Count * Dimension));
        return Count > 0;
    }

    /// <summary>The elements of row <paramref name="index"/>, as long as the block's memory lives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The block has no such row.</exception>
    public ReadOnlySpan<float> Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return new ReadOnlySpan<float>(Rows + ((long)index * Dimension), Dimension);
    }
}
