namespace Manifold.Index;

/// <summary>Walks encoded attributes in name order without making objects.</summary>
internal ref struct AttributeCursor(ReadOnlySpan<byte> encoded)
{
    private ByteReader _reader = new(encoded);

    public ReadOnlySpan<byte> Name { get; private set; }

    public AttributeKind Kind { get; private set; }

    /// <summary>The value's payload: UTF-8 text, 8 or 16 bytes, one byte, or length-prefixed texts.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <exception cref="InvalidDataException">The bytes are malformed.</exception>
    public bool MoveNext()
    {
        if (_reader.Remaining == 0) return false;
        Name = _reader.ReadBlock();
        Kind = (AttributeKind)_reader.ReadByte();
        Value = _reader.ReadBlock();
        return true;
    }

    /// <summary>Moves to the attribute of this name, if there is one. Names compare by their UTF-8 bytes.</summary>
    public bool MoveTo(ReadOnlySpan<byte> name)
    {
        while (MoveNext())
        {
            var order = Name.SequenceCompareTo(name);
            if (order >= 0) return order == 0;
        }

        return false;
    }
}
