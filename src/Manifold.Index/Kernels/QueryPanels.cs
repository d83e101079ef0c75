namespace Manifold.Index.Kernels;

/// <summary>
/// Vectors packed for <see cref="TileKernel"/>: panels of <see cref="Width"/> vectors, [panels × dimension × 16] float32, so that element d of the 16 vectors of a
/// panel is one register's worth of memory. What is missing in the last panel is zeros. Owned by whoever made it; not safe for concurrent packing.
/// </summary>
internal sealed unsafe class QueryPanels : IDisposable
{
    /// <summary>Vectors of a panel.</summary>
    public const int Width = 16;

    private readonly NativeBuffer _buffer;

    /// <param name="capacity">The most vectors that are packed at once.</param>
    /// <param name="dimension">Elements of each.</param>
    public QueryPanels(int capacity, int dimension)
    {
        Dimension = dimension;
        Capacity = (capacity + Width - 1) / Width * Width;
        _buffer = new NativeBuffer((long)Capacity * dimension * sizeof(float));
    }

    /// <summary>Elements of a vector.</summary>
    public int Dimension { get; }

    /// <summary>The most vectors, a multiple of <see cref="Width"/>.</summary>
    public int Capacity { get; }

    /// <summary>Vectors that are packed now.</summary>
    public int Count { get; private set; }

    /// <summary>Panels that hold them.</summary>
    public int Panels => (Count + Width - 1) / Width;

    /// <summary>The first element of a panel.</summary>
    public float* Panel(int panel) => (float*)_buffer.Pointer + ((long)panel * Width * Dimension);

    /// <summary>Packs rows, in place of what was packed before.</summary>
    /// <param name="rows">[count × dimension], row-major.</param>
    /// <param name="count">At most <see cref="Capacity"/>.</param>
    public void Pack(float* rows, int count)
    {
        Begin(count);
        for (int i = 0; i < count; i++)
            Put(i, rows + ((long)i * Dimension));
    }

    /// <summary>Begins to pack <paramref name="count"/> vectors one by one with <see cref="Put"/>.</summary>
    public void Begin(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        Count = count;
        if (count % Width != 0)
            new Span<float>(Panel(Panels - 1), Width * Dimension).Clear();
    }

    /// <summary>Packs one vector in its place.</summary>
    public void Put(int index, float* vector)
    {
        float* target = Panel(index / Width) + (index % Width);
        for (int d = 0; d < Dimension; d++)
            target[(nint)d * Width] = vector[d];
    }

    public void Dispose() => _buffer.Dispose();
}
