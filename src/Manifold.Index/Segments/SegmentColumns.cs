namespace Manifold.Index;

/// <summary>The sections of an open segment as columns. Offsets that were read from the file are checked at each use, since opening does not read them.</summary>
internal sealed unsafe class SegmentColumns
{
    private readonly SectionFile _file;
    private readonly byte* _start;
    private readonly int _rowCount;
    private readonly SegmentSection[] _vectors;
    private readonly SegmentSection?[] _presence;
    private readonly SegmentSection?[] _starts;
    private readonly SegmentSection?[] _places;
    private readonly TextColumn _ids;
    private readonly TextColumn _attributes;
    private readonly TextColumn _contents;
    private readonly SegmentSection _hashes;
    private readonly SegmentSection _hashRows;
    private readonly SegmentSection _modalities;

    /// <exception cref="CorruptSegmentException">A section is missing, or its length does not fit the rows.</exception>
    public SegmentColumns(SectionFile file)
    {
        _file = file;
        _start = file.Start;
        var rowCount = _rowCount = file.RowCount;
        _vectors = [.. file.Sections.Where(section => section.Kind == SectionKind.Vectors)];
        _starts = [.. _vectors.Select(vectors => file.TryFind(SectionKind.VectorStarts, vectors.Space))];
        Spaces = [.. _vectors.Select((section, space) => new SpaceSchema(section.Space, section.Dimension, section.Metric) { IsMultiVector = _starts[space] is not null })];
        try
        {
            SpaceSchema.Check(Spaces);
        }
        catch (ArgumentException impossible)
        {
            throw new CorruptSegmentException(file.Path, "table", 0, impossible.Message);
        }

        _presence = [.. _vectors.Select(vectors => file.TryFind(SectionKind.Presence, vectors.Space))];
        _places = [.. _vectors.Select(vectors => file.TryFind(SectionKind.Places, vectors.Space))];
        for (var space = 0; space < _vectors.Length; space++)
        {
            var (section, vectorBytes) = (_vectors[space], (long)Spaces[space].Dimension * sizeof(float));
            if (!Spaces[space].IsMultiVector)
            {
                if (section.Length != 0) file.Find(SectionKind.Vectors, section.Space, rowCount * vectorBytes);
                continue;
            }

            file.Find(SectionKind.VectorStarts, section.Space, ((long)rowCount + 1) * sizeof(ulong));
            if (section.Length % vectorBytes != 0) throw file.Damaged(section, 0, $"{section.Length} bytes are no whole vectors of {vectorBytes}");
            if (_places[space] is not null) file.Find(SectionKind.Places, section.Space, section.Length / vectorBytes * Place.Bytes);
        }

        foreach (var section in _presence)
            if (section is not null) file.Find(SectionKind.Presence, section.Space, ((long)rowCount + 63) / 64 * sizeof(ulong));

        _ids = new(Offsets(SectionKind.IdOffsets), file.Find(SectionKind.IdBytes));
        _attributes = new(Offsets(SectionKind.AttributeOffsets), file.Find(SectionKind.AttributeBytes));
        _contents = new(Offsets(SectionKind.ContentOffsets), file.Find(SectionKind.ContentBytes));
        _hashes = file.Find(SectionKind.IdHashes, "", (long)rowCount * sizeof(ulong));
        _hashRows = file.Find(SectionKind.IdHashRows, "", (long)rowCount * sizeof(int));
        _modalities = file.Find(SectionKind.Modalities, "", rowCount);

        SegmentSection Offsets(SectionKind kind) => file.Find(kind, "", ((long)rowCount + 1) * sizeof(ulong));
    }

    public IReadOnlyList<SpaceSchema> Spaces { get; }

    public ReadOnlySpan<byte> GetId(int row) => Read(_ids, row);

    public ReadOnlySpan<byte> GetAttributes(int row) => Read(_attributes, row);

    public ReadOnlySpan<byte> GetContent(int row) => Read(_contents, row);

    public byte GetModality(int row)
    {
        var code = _start[_modalities.Offset + CheckRow(row)];
        return code < Modalities.CodeCount ? code : throw _file.Damaged(_modalities, row, $"modality {code} of row {row} is unknown");
    }

    public bool TryGetVector(int row, int space, out ReadOnlySpan<float> vector)
    {
        vector = default;
        if (Spaces[space].IsMultiVector) return TryGetVectors(row, space, out var vectors, out _) && vectors.TryGetElements(out vector);
        CheckRow(row);
        if (_vectors[space].Length == 0) return false;
        if (_presence[space] is { } presence && (((ulong*)(_start + presence.Offset))[row / 64] >> row & 1) == 0) return false;
        vector = new(Vectors(space, row), Spaces[space].Dimension);
        return true;
    }

    public bool TryGetBlock(int space, int firstRow, int count, out VectorBlock block, out ReadOnlySpan<ulong> presence)
    {
        block = default;
        presence = default;
        if (_vectors[space].Length == 0) return false;
        CheckRow(firstRow + count - 1);
        block = new(Vectors(space, firstRow), count, Spaces[space].Dimension, isMapped: true);
        if (_presence[space] is { } section) presence = new((ulong*)(_start + section.Offset) + (firstRow / 64), (count + 63) / 64);
        return true;
    }

    public bool TryGetVectors(int row, int space, out VectorBlock vectors, out ReadOnlySpan<Place> places)
    {
        vectors = default;
        places = default;
        var (section, starting, dimension) = (_vectors[space], _starts[space]!, Spaces[space].Dimension);
        var starts = (ulong*)(_start + starting.Offset) + CheckRow(row);
        ulong from = starts[0], to = starts[1], all = (ulong)section.Length / (ulong)(dimension * sizeof(float));
        if (from > to || to > all || (to - from) * (ulong)dimension > SpaceSchema.MaxElements)
            throw _file.Damaged(starting, (long)row * sizeof(ulong), $"the vectors {from} to {to} of row {row} are not possible");
        if (from == to) return false;
        vectors = new VectorBlock((float*)(_start + section.Offset) + ((long)from * dimension), (int)(to - from), dimension, isMapped: true);
        if (_places[space] is not { } placed) return true;
        var first = (Place*)(_start + placed.Offset) + from;
        if (*first != Place.None) places = new ReadOnlySpan<Place>(first, vectors.Count);
        return true;
    }

    /// <summary>Binary search over the sorted hashes, then the ids of equal hashes.</summary>
    public bool TryFind(ReadOnlySpan<byte> id, ulong hash, out int row)
    {
        var hashes = (ulong*)(_start + _hashes.Offset);
        int low = 0, high = _rowCount;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (hashes[middle] < hash) low = middle + 1;
            else high = middle;
        }

        for (; low < _rowCount && hashes[low] == hash; low++)
        {
            row = ((int*)(_start + _hashRows.Offset))[low];
            if ((uint)row >= (uint)_rowCount) throw _file.Damaged(_hashRows, low * (long)sizeof(int), $"row {row} is not one of {_rowCount}");
            if (GetId(row).SequenceEqual(id)) return true;
        }

        row = -1;
        return false;
    }

    public CorruptSegmentException DamagedAttributes(int row, InvalidDataException malformed) =>
        _file.Damaged(_attributes.Bytes, (long)((ulong*)(_start + _attributes.Offsets.Offset))[CheckRow(row)], malformed.Message);

    private float* Vectors(int space, int row) => (float*)(_start + _vectors[space].Offset) + ((long)row * Spaces[space].Dimension);

    private ReadOnlySpan<byte> Read(in TextColumn column, int row)
    {
        var offsets = (ulong*)(_start + column.Offsets.Offset) + CheckRow(row);
        ulong from = offsets[0], to = offsets[1];
        if (from > to || to > (ulong)column.Bytes.Length || to - from > int.MaxValue)
            throw _file.Damaged(column.Offsets, (long)row * sizeof(ulong), $"the offsets {from} and {to} of row {row} are not possible");
        return new(_start + column.Bytes.Offset + from, (int)(to - from));
    }

    private int CheckRow(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)_rowCount, nameof(row));
        return row;
    }

    private readonly record struct TextColumn(SegmentSection Offsets, SegmentSection Bytes);
}
