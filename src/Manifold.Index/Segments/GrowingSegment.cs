using System.Runtime.CompilerServices;

namespace Manifold.Index;

/// <summary>
/// Rows in memory, appended by one thread while others read. Nothing moves once it is written, and a reader never looks beyond the row count
/// that was published to it.
/// </summary>
public sealed unsafe class GrowingSegment : SegmentReader
{
    private byte[][] _spaceNames;
    private readonly ByteArena _arena = new();
    private readonly IdTable _ids;
    private readonly int _chunkRows;
    private GrowingChunk[] _chunks = [];
    private int _rowCount;
    private long _vectorBytes;

    internal GrowingSegment(IReadOnlyList<SpaceSchema> spaces, int chunkRows)
        : base(spaces)
    {
        _spaceNames = [.. spaces.Select(space => Utf8Text.Encode(space.Name))];
        _chunkRows = chunkRows;
        _ids = new IdTable(this);
    }

    /// <summary>Rows appended so far; grows while the segment is written.</summary>
    public override int RowCount => Volatile.Read(ref _rowCount);

    internal override bool IsSortedById => false;

    internal override int BlockRows => _chunkRows;

    /// <summary>Bytes of all rows appended: vectors, texts, attributes and the row entries.</summary>
    internal long Bytes => _vectorBytes + _arena.Length + ((long)_rowCount * Unsafe.SizeOf<RowEntry>());

    public override ReadOnlySpan<byte> GetId(int row)
    {
        ref readonly var entry = ref Entry(row);
        return _arena.Read(entry.ArenaBlock, entry.Offset, entry.IdLength);
    }

    public override ReadOnlySpan<byte> GetContent(int row)
    {
        ref readonly var entry = ref Entry(row);
        return _arena.Read(entry.ArenaBlock, entry.Offset + entry.IdLength, entry.ContentLength);
    }

    public override ReadOnlySpan<byte> GetEncodedAttributes(int row)
    {
        ref readonly var entry = ref Entry(row);
        return _arena.Read(entry.ArenaBlock, entry.Offset + entry.IdLength + entry.ContentLength, entry.AttributesLength);
    }

    public override byte GetModality(int row) => Entry(row).Modality;

    public override bool TryGetVector(int row, int space, out ReadOnlySpan<float> vector)
    {
        vector = default;
        if (Spaces[space].IsMultiVector) return TryGetVectors(row, space, out var vectors, out _) && vectors.TryGetElements(out vector);
        var inChunk = row % _chunkRows;
        if (!TryGetBlock(space, row - inChunk, inChunk + 1, out var block, out var presence) || (presence[inChunk / 64] >> inChunk & 1) == 0) return false;
        vector = block.Row(inChunk);
        return true;
    }

    /// <summary>Appends an item that <see cref="CheckVectors"/> accepted. For the writer.</summary>
    /// <returns>Its row.</returns>
    internal int Append(in ItemView item, ulong hash)
    {
        var row = _rowCount;
        var inChunk = row % _chunkRows;
        if (inChunk == 0 && row / _chunkRows == _chunks.Length) AddChunk();
        var chunk = _chunks[row / _chunkRows];
        foreach (var bits in chunk.Presence)
            if (bits is not null) bits[inChunk / 64] &= ~(1UL << inChunk); // left by an append that ran out of memory half-way
        foreach (var vectors in chunk.MultiVectors) vectors?.Clear(inChunk);
        foreach (var entry in item.Vectors)
        {
            var space = IndexOfSpace(entry.Space);
            var dimension = Spaces[space].Dimension;
            if (Spaces[space].IsMultiVector)
            {
                (chunk.MultiVectors[space] ??= new GrowingVectors(_chunkRows, dimension)).Put(inChunk, entry.Values, entry.Places);
                _vectorBytes += (entry.Values.Length * sizeof(float)) + (entry.Places.Length * Place.Bytes);
                continue;
            }

            var buffer = chunk.Vectors[space] ??= new NativeBuffer((long)_chunkRows * dimension * sizeof(float));
            entry.Values.CopyTo(new Span<float>((float*)buffer.Pointer + ((long)inChunk * dimension), dimension));
            (chunk.Presence[space] ??= new ulong[_chunkRows / 64])[inChunk / 64] |= 1UL << inChunk;
            _vectorBytes += dimension * sizeof(float);
        }

        var texts = _arena.Append(item.Id.Length + item.Content.Length + item.EncodedAttributes.Length, out var block, out var offset);
        item.Id.CopyTo(texts);
        item.Content.CopyTo(texts[item.Id.Length..]);
        item.EncodedAttributes.CopyTo(texts[(item.Id.Length + item.Content.Length)..]);
        chunk.Entries[inChunk] = new RowEntry(
            hash, block, offset, item.Content.Length, item.EncodedAttributes.Length, _ids.Find(item.Id, hash), (ushort)item.Id.Length, item.ModalityCode);
        _ids.Put(item.Id, hash, row);
        Volatile.Write(ref _rowCount, checked(row + 1));
        return row;
    }

    /// <summary>Adds a space, which the rows so far lack. For the writer; readers that hold a view from before do not ask for it.</summary>
    internal void AddSpace(SpaceSchema space)
    {
        _spaceNames = [.. _spaceNames, Utf8Text.Encode(space.Name)];
        if (_chunks.Length > 0) _chunks[^1].Widen(_spaceNames.Length);
        Spaces = [.. Spaces, space];
    }

    /// <exception cref="ArgumentException">A vector is of an unknown space or of another dimension.</exception>
    internal void CheckVectors(in ItemView item)
    {
        foreach (var entry in item.Vectors)
        {
            var space = IndexOfSpace(entry.Space);
            if (space < 0) throw new ArgumentException($"The item has a vector of the unknown space '{Utf8Text.Decode(entry.Space)}'.", nameof(item));
            if (!entry.Fits(Spaces[space]))
                throw new ArgumentException($"Expected {Spaces[space].Expected} in space '{Spaces[space].Name}', got {entry.Values.Length} and {entry.Places.Length} places.", nameof(item));
        }
    }

    internal ref readonly RowEntry Entry(int row) => ref Volatile.Read(ref _chunks)[row / _chunkRows].Entries[row % _chunkRows];

    internal override bool TryFind(ReadOnlySpan<byte> id, ulong hash, int rowLimit, out int row)
    {
        row = _ids.Find(id, hash);
        while (row >= rowLimit) row = Entry(row).Previous;
        return row >= 0;
    }

    internal override bool TryGetBlock(int space, int firstRow, int count, out VectorBlock block, out ReadOnlySpan<ulong> presence)
    {
        block = default;
        presence = default;
        var chunk = Volatile.Read(ref _chunks)[firstRow / _chunkRows];
        if (space >= chunk.Vectors.Length || chunk.Vectors[space] is not { } buffer || chunk.Presence[space] is not { } bits) return false;
        block = new VectorBlock((float*)buffer.Pointer, count, Spaces[space].Dimension);
        presence = bits;
        return true;
    }

    internal override bool TryGetVectors(int row, int space, out VectorBlock vectors, out ReadOnlySpan<Place> places)
    {
        vectors = default;
        places = default;
        var chunk = Volatile.Read(ref _chunks)[row / _chunkRows];
        return space < chunk.MultiVectors.Length && chunk.MultiVectors[space] is { } of && of.TryGet(row % _chunkRows, out vectors, out places);
    }

    private protected override void ReleaseMemory()
    {
        foreach (var chunk in _chunks) chunk.Release();
    }

    private int IndexOfSpace(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _spaceNames.Length; i++)
            if (name.SequenceEqual(_spaceNames[i])) return i;
        return -1;
    }

    private void AddChunk()
    {
        // A new table each time: 8 bytes a chunk, and readers keep the one they hold.
        Volatile.Write(ref _chunks, [.. _chunks, new GrowingChunk(_chunkRows, Spaces.Count)]);
    }
}
