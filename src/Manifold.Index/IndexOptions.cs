namespace Manifold.Index;

/// <summary>Settings of an <see cref="IndexWriter"/>.</summary>
public sealed record IndexOptions
{
    /// <summary>
    /// Rows of a growing segment that get memory together: a power of two from 64 to 4096. 512 rows of 512 float32 are 1 MiB, small enough
    /// for many nearly empty shards in one process, and long enough that a scan's start does not show.
    /// </summary>
    public int GrowingChunkRows { get; init; } = 512;

    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal void Check()
    {
        if (GrowingChunkRows is < 64 or > RowBitmap.ChunkRows || !int.IsPow2(GrowingChunkRows))
            throw new ArgumentException($"{nameof(GrowingChunkRows)} is {GrowingChunkRows}; expected a power of two from 64 to {RowBitmap.ChunkRows}.");
    }
}
