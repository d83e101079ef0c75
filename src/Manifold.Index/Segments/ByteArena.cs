namespace Manifold.Index;

/// <summary>Bytes that are appended and never move. One writer; readers may read what was published to them.</summary>
internal sealed class ByteArena
{
    /// <summary>Below the large-object threshold, and small enough for the many nearly empty shards of a process.</summary>
    private const int BlockBytes = 64 * 1024;

    private byte[][] _blocks = [];
    private int _blockCount;
    private int _used = BlockBytes;

    /// <summary>Bytes appended.</summary>
    public long Length { get; private set; }

    /// <summary>Reserves contiguous room and returns it for writing.</summary>
    public Span<byte> Append(int length, out int block, out int offset)
    {
        if (_blockCount == 0 || length > _blocks[_blockCount - 1].Length - _used)
        {
            if (_blockCount == _blocks.Length)
            {
                var larger = new byte[Math.Max(4, _blockCount * 2)][];
                _blocks.CopyTo(larger, 0);
                Volatile.Write(ref _blocks, larger);
            }

            _blocks[_blockCount++] = GC.AllocateUninitializedArray<byte>(Math.Max(BlockBytes, length));
            _used = 0;
        }

        block = _blockCount - 1;
        offset = _used;
        _used += length;
        Length += length;
        return _blocks[block].AsSpan(offset, length);
    }

    public ReadOnlySpan<byte> Read(int block, int offset, int length) => Volatile.Read(ref _blocks)[block].AsSpan(offset, length);
}
