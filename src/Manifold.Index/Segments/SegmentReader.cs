using System.IO.Hashing;
using Manifold.Index.FullText;

namespace Manifold.Index;

/// <summary>
/// Rows of items known by number: vectors by space, ids, modality, content and attributes. Reading is safe from any number of threads;
/// spans and blocks are valid until the segment's memory is released.
/// </summary>
/// <remarks>
/// Counted references keep the memory: the maker holds the first one, every <see cref="SearchView"/> one more, and whoever gives back the
/// last frees it.
/// </remarks>
public abstract class SegmentReader
{
    private int _references = 1;
    private GrowingText? _growingText;

    private protected SegmentReader(IReadOnlyList<SpaceSchema> spaces) => Spaces = spaces;

    /// <summary>The vector columns.</summary>
    public IReadOnlyList<SpaceSchema> Spaces { get; private protected set; }

    /// <summary>How many rows there are, deleted ones included.</summary>
    public abstract int RowCount { get; }

    /// <summary>Whether rows are in ascending order of their ids' UTF-8 bytes, each id once.</summary>
    internal abstract bool IsSortedById { get; }

    /// <summary>Rows of a block: a power of two from 64 to <see cref="RowBitmap.ChunkRows"/>; the vectors of a block are contiguous.</summary>
    internal abstract int BlockRows { get; }

    /// <summary>The columns of the attributes, or null where there are none.</summary>
    internal virtual AttributeColumns? Columns => null;

    /// <summary>The full text in the file of its indexes, or null where there is none.</summary>
    internal virtual FullTextIndex? Text => null;

    /// <summary>The full text in memory, for rows without <see cref="Text"/>.</summary>
    internal GrowingText GrowingText => _growingText ?? Interlocked.CompareExchange(ref _growingText, new GrowingText(), null) ?? _growingText;

    /// <summary>Whether the memory was given back.</summary>
    internal bool IsReleased => Volatile.Read(ref _references) == 0;

    /// <summary>The id in UTF-8.</summary>
    public abstract ReadOnlySpan<byte> GetId(int row);

    /// <summary>The attributes' binary form (see <see cref="Attributes"/>).</summary>
    public abstract ReadOnlySpan<byte> GetEncodedAttributes(int row);

    /// <summary>The content reference in UTF-8; empty for none.</summary>
    public abstract ReadOnlySpan<byte> GetContent(int row);

    /// <summary>The modality's index in <see cref="Modalities.All"/>.</summary>
    public abstract byte GetModality(int row);

    /// <summary>The row's vector of a space, if it has one.</summary>
    /// <param name="row">The row.</param>
    /// <param name="space">The index of the space in <see cref="Spaces"/>.</param>
    /// <param name="vector">[dimension]; in a multi-vector space all vectors of the row, [vectors × dimension].</param>
    public abstract bool TryGetVector(int row, int space, out ReadOnlySpan<float> vector);

    /// <summary>The newest row of an id, deleted or not.</summary>
    public bool TryFind(ReadOnlySpan<byte> idUtf8, out int row) => TryFind(idUtf8, HashId(idUtf8), RowCount, out row);

    /// <summary>Copies a row into an object.</summary>
    /// <param name="row">The row.</param>
    /// <param name="withVectors">Whether to copy the vectors; else the item has none.</param>
    public Item ReadItem(int row, bool withVectors)
    {
        var vectors = new Dictionary<string, float[]>();
        var places = new Dictionary<string, Place[]>();
        for (var space = 0; withVectors && space < Spaces.Count; space++)
        {
            if (TryGetVector(row, space, out var vector)) vectors.Add(Spaces[space].Name, vector.ToArray());
            if (Spaces[space].IsMultiVector && TryGetVectors(row, space, out _, out var placed) && !placed.IsEmpty) places.Add(Spaces[space].Name, placed.ToArray());
        }

        try
        {
            return new Item
            {
                Id = Utf8Text.Decode(GetId(row)),
                Modality = Modalities.All[GetModality(row)],
                Vectors = vectors,
                Places = places,
                Attributes = Attributes.Decode(GetEncodedAttributes(row)),
                Content = Utf8Text.Decode(GetContent(row)),
            };
        }
        catch (InvalidDataException malformed)
        {
            throw DamagedAttributes(row, malformed);
        }
    }

    /// <summary>Whether a row meets a condition, from its encoded attributes.</summary>
    internal bool Matches(int row, FilterNode condition)
    {
        try
        {
            return condition.Matches(new FilterRow(
                condition.Reads.HasFlag(RowFields.Id) ? GetId(row) : default,
                GetModality(row),
                condition.Reads.HasFlag(RowFields.Attributes) ? GetEncodedAttributes(row) : default));
        }
        catch (InvalidDataException malformed)
        {
            throw DamagedAttributes(row, malformed);
        }
    }

    /// <summary>The hash by which ids are found; part of the stored form.</summary>
    internal static ulong HashId(ReadOnlySpan<byte> id) => XxHash3.HashToUInt64(id);

    /// <summary>The newest row of an id among the first <paramref name="rowLimit"/> rows.</summary>
    internal abstract bool TryFind(ReadOnlySpan<byte> id, ulong hash, int rowLimit, out int row);

    /// <summary>The vectors of a row in a multi-vector space; false if it has none.</summary>
    /// <param name="row">The row.</param>
    /// <param name="space">The index of the space.</param>
    /// <param name="vectors">[vectors × dimension]</param>
    /// <param name="places">One for each vector, or none.</param>
    internal abstract bool TryGetVectors(int row, int space, out VectorBlock vectors, out ReadOnlySpan<Place> places);

    /// <summary>The vectors of a block in a space of one vector an item; false if none of its rows has the space.</summary>
    /// <param name="space">The index of the space.</param>
    /// <param name="firstRow">A multiple of <see cref="BlockRows"/>.</param>
    /// <param name="count">Rows wanted, at most <see cref="BlockRows"/>.</param>
    /// <param name="block">[count × dimension]; rows that lack the space hold anything finite.</param>
    /// <param name="presence">One bit a row of the block; empty if all have the space. Bits of rows that a view does not hold mean nothing.</param>
    internal abstract bool TryGetBlock(int space, int firstRow, int count, out VectorBlock block, out ReadOnlySpan<ulong> presence);

    /// <summary>What to throw where a row's attributes turn out to be malformed.</summary>
    internal virtual Exception DamagedAttributes(int row, InvalidDataException malformed) => malformed;

    /// <summary>The index of a space in <see cref="Spaces"/>, or -1.</summary>
    internal int IndexOfSpace(string name)
    {
        for (var i = 0; i < Spaces.Count; i++)
            if (Spaces[i].Name == name) return i;
        return -1;
    }

    /// <summary>Takes a reference; false if the memory is already gone.</summary>
    internal bool TryAddReference()
    {
        var references = Volatile.Read(ref _references);
        while (references > 0)
        {
            var seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references) return true;
            references = seen;
        }

        return false;
    }

    /// <summary>Takes a reference where the caller knows that there is one.</summary>
    /// <exception cref="ObjectDisposedException">There was none.</exception>
    internal void AddReference() => ObjectDisposedException.ThrowIf(!TryAddReference(), this);

    /// <summary>Gives a reference back; with the last one the memory goes.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0) ReleaseMemory();
    }

    private protected abstract void ReleaseMemory();
}
