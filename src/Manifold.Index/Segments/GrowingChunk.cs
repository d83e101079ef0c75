namespace Manifold.Index;

/// <summary>A fixed number of rows of a growing segment. Vectors of a space get memory with the first row that has one. The tables are as long as there were spaces when the last row was appended.</summary>
internal sealed class GrowingChunk(int rows, int spaces)
{
    private NativeBuffer?[] _vectors = new NativeBuffer?[spaces];
    private ulong[]?[] _presence = new ulong[]?[spaces];
    private GrowingVectors?[] _multiVectors = new GrowingVectors?[spaces];

    public RowEntry[] Entries { get; } = new RowEntry[rows];

    /// <summary>By space: [rows × dimension] float32, or null where no row has a vector.</summary>
    public NativeBuffer?[] Vectors => _vectors;

    /// <summary>By space: one bit a row, or null where no row has a vector.</summary>
    public ulong[]?[] Presence => _presence;

    /// <summary>By multi-vector space, which has nothing in the two above; null where no row has a vector.</summary>
    public GrowingVectors?[] MultiVectors => _multiVectors;

    /// <summary>Makes room for more spaces. Readers may hold the tables from before: they know of no more.</summary>
    public void Widen(int count)
    {
        Array.Resize(ref _vectors, count);
        Array.Resize(ref _presence, count);
        Array.Resize(ref _multiVectors, count);
    }

    public void Release()
    {
        foreach (var vectors in MultiVectors) vectors?.Release();
        foreach (var buffer in Vectors) buffer?.Dispose();
    }
}
