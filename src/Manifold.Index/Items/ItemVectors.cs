using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>The vectors of an <see cref="ItemView"/>, for <c>foreach</c>; it is its own enumerator.</summary>
public ref struct ItemVectors
{
    private readonly bool _hasPlaces;
    private ByteReader _rest;

    internal ItemVectors(ReadOnlySpan<byte> encoded, bool hasPlaces)
    {
        _rest = new ByteReader(encoded);
        _hasPlaces = hasPlaces;
    }

    /// <summary>The vector reached.</summary>
    public Entry Current { get; private set; }

    public readonly ItemVectors GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Remaining == 0) return false;
        var space = _rest.ReadBlock();
        var values = MemoryMarshal.Cast<byte, float>(_rest.ReadBytes(_rest.ReadVarint() * sizeof(float)));
        var places = _hasPlaces ? MemoryMarshal.Cast<byte, Place>(_rest.ReadBytes(_rest.ReadVarint() * Place.Bytes)) : default;
        Current = new Entry(space, values, places);
        return true;
    }

    /// <summary>The vectors of one space in place.</summary>
    public readonly ref struct Entry
    {
        internal Entry(ReadOnlySpan<byte> space, ReadOnlySpan<float> values, ReadOnlySpan<Place> places)
        {
            Space = space;
            Values = values;
            Places = places;
        }

        /// <summary>The space's name in UTF-8.</summary>
        public ReadOnlySpan<byte> Space { get; }

        /// <summary>The components, of all vectors in a multi-vector space; need not be aligned.</summary>
        public ReadOnlySpan<float> Values { get; }

        /// <summary>A place for each vector, or nothing; need not be aligned.</summary>
        public ReadOnlySpan<Place> Places { get; }

        /// <summary>Whether these can be an item's vectors and places in a space.</summary>
        public bool Fits(SpaceSchema space) =>
            space.Fits(Values.Length) && (Places.IsEmpty || (space.IsMultiVector && Places.Length == Values.Length / space.Dimension));
    }
}
