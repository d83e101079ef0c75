using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>The vectors of an <see cref="ItemView"/>, for <c>foreach</c>; it is its own enumerator.</summary>
public ref struct ItemVectors
{
    private ByteReader _rest;

    internal ItemVectors(ReadOnlySpan<byte> encoded) => _rest = new ByteReader(encoded);

    /// <summary>The vector reached.</summary>
    public Entry Current { get; private set; }

    public readonly ItemVectors GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Remaining == 0) return false;
        var space = _rest.ReadBlock();
        Current = new Entry(space, MemoryMarshal.Cast<byte, float>(_rest.ReadBytes(_rest.ReadVarint() * sizeof(float))));
        return true;
    }

    /// <summary>One vector in place.</summary>
    public readonly ref struct Entry
    {
        internal Entry(ReadOnlySpan<byte> space, ReadOnlySpan<float> values)
        {
            Space = space;
            Values = values;
        }

        /// <summary>The space's name in UTF-8.</summary>
        public ReadOnlySpan<byte> Space { get; }

        /// <summary>The components; need not be aligned.</summary>
        public ReadOnlySpan<float> Values { get; }
    }
}
