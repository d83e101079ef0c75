namespace Manifold.Index;

/// <summary>
/// The vectors of a chunk of rows in a multi-vector space. Those of a row are neighbours; nothing moves once it is written. One writer; readers read the rows that
/// were published to them.
/// </summary>
internal sealed unsafe class GrowingVectors(int rows, int dimension)
{
    /// <summary>Small, since each chunk of each such space has at least one.</summary>
    private const long BlockBytes = 256 * 1024;

    private readonly List<NativeBuffer> _buffers = [];
    private readonly nint[] _starts = new nint[rows];
    private readonly int[] _counts = new int[rows];
    private readonly Place[]?[] _places = new Place[rows][];
    private long _used;

    /// <summary>Gives a row, which has none yet, its vectors.</summary>
    /// <param name="row">The row in the chunk.</param>
    /// <param name="values">[vectors × dimension]; copied.</param>
    /// <param name="places">One for each vector, or none; copied.</param>
    public void Put(int row, ReadOnlySpan<float> values, ReadOnlySpan<Place> places)
    {
        var bytes = (long)values.Length * sizeof(float);
        if (_buffers.Count == 0 || _buffers[^1].Length - _used < bytes)
        {
            _buffers.Add(new NativeBuffer(Math.Max(BlockBytes, bytes)));
            _used = 0;
        }

        var start = (float*)((byte*)_buffers[^1].Pointer + _used);
        values.CopyTo(new Span<float>(start, values.Length));
        _used += bytes;
        _places[row] = places.IsEmpty ? null : places.ToArray();
        _starts[row] = (nint)start;
        _counts[row] = values.Length / dimension;
    }

    /// <summary>Takes back what an append that ran out of memory half-way has put.</summary>
    public void Clear(int row) => _counts[row] = 0;

    public bool TryGet(int row, out VectorBlock vectors, out ReadOnlySpan<Place> places)
    {
        vectors = new VectorBlock((float*)_starts[row], _counts[row], dimension);
        places = _places[row];
        return _counts[row] > 0;
    }

    public void Release()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
    }
}
