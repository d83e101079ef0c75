namespace Manifold.Index;

/// <summary>A fixed number of rows of a growing segment. Vectors of a space get memory with the first row that has one.</summary>
internal sealed class GrowingChunk(int rows, int spaces)
{
    public RowEntry[] Entries { get; } = new RowEntry[rows];

    /// <summary>By space: [rows × dimension] float32, or null where no row has a vector.</summary>
    public NativeBuffer?[] Vectors { get; } = new NativeBuffer?[spaces];

    /// <summary>By space: one bit a row, or null where no row has a vector.</summary>
    public ulong[]?[] Presence { get; } = new ulong[]?[spaces];

    /// <summary>By multi-vector space, which has nothing in the two above; null where no row has a vector.</summary>
    public GrowingVectors?[] MultiVectors { get; } = new GrowingVectors?[spaces];

    public void Release()
    {
        foreach (var vectors in MultiVectors) vectors?.Release();
        foreach (var buffer in Vectors) buffer?.Dispose();
    }
}
