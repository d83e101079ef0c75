namespace Manifold.Index.Tests.Kernels;

/// <summary>A block of random rows that starts 4 bytes after a multiple of 64, so that every wide load is unaligned, with NaN on both sides.</summary>
internal sealed unsafe class RandomBlock : IDisposable
{
    private readonly NativeBuffer _buffer;

    public RandomBlock(Random random, int count, int dimension)
    {
        int elements = count * dimension;
        _buffer = new NativeBuffer((elements + 2) * sizeof(float));
        Span<float> memory = _buffer.AsSpan<float>();
        random.Fill(memory);
        memory[0] = memory[^1] = float.NaN;
        Block = new VectorBlock((float*)_buffer.Pointer + 1, count, dimension);
    }

    public VectorBlock Block { get; }

    /// <summary>The row, writable.</summary>
    public Span<float> Row(int index) => new(Block.Rows + (index * Block.Dimension), Block.Dimension);

    public void Dispose() => _buffer.Dispose();
}
