namespace Manifold.Index;

/// <summary>
/// An item read in place from its binary form (see <see cref="ItemCodec"/>), without allocating. Everything was checked by
/// <see cref="Read"/>; the spans are valid as long as the source is.
/// </summary>
public readonly ref struct ItemView
{
    private readonly byte _modality;
    private readonly bool _hasPlaces;
    private readonly ReadOnlySpan<byte> _vectors;

    private ItemView(
        byte modality, ReadOnlySpan<byte> id, ReadOnlySpan<byte> content, ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> vectors, bool hasPlaces)
    {
        _modality = modality;
        _hasPlaces = hasPlaces;
        Id = id;
        Content = content;
        EncodedAttributes = attributes;
        _vectors = vectors;
    }

    /// <summary>The id, 1 to <see cref="Item.MaxIdBytes"/> bytes of UTF-8.</summary>
    public ReadOnlySpan<byte> Id { get; }

    /// <summary>The modality's name in UTF-8; empty for none.</summary>
    public ReadOnlySpan<byte> Modality => Modalities.Utf8Of(_modality);

    /// <summary>The content reference in UTF-8; empty for none.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>The attributes' binary form.</summary>
    public ReadOnlySpan<byte> EncodedAttributes { get; }

    /// <summary>The vectors in ascending UTF-8 order of their spaces' names.</summary>
    public ItemVectors Vectors => new(_vectors, _hasPlaces);

    internal byte ModalityCode => _modality;

    /// <summary>Reads and checks one item at the start of <paramref name="source"/>.</summary>
    /// <param name="source">The bytes; more may follow the item.</param>
    /// <param name="consumed">The item's length in bytes.</param>
    /// <exception cref="InvalidDataException">The bytes are malformed; says at which offset.</exception>
    public static ItemView Read(ReadOnlySpan<byte> source, out int consumed)
    {
        var reader = new ByteReader(source);
        var version = reader.ReadByte();
        if (version is not (ItemCodec.Version or ItemCodec.VersionWithPlaces)) throw reader.Malformed($"version {version} of the item format is unknown");
        var modality = reader.ReadByte();
        if (modality >= Modalities.CodeCount) throw reader.Malformed($"modality {modality} is unknown");
        var id = reader.ReadText(1, Item.MaxIdBytes);
        var content = reader.ReadText(0, Item.MaxContentBytes);
        var attributes = reader.ReadBlock();
        Attributes.Check(attributes);

        var count = reader.ReadVarint();
        var start = reader.Position;
        var allPlaces = 0L;
        var previous = default(ReadOnlySpan<byte>);
        for (var i = 0; i < count; i++)
        {
            var space = reader.ReadText(1, SpaceSchema.MaxNameBytes);
            if (previous.SequenceCompareTo(space) >= 0) throw reader.Malformed("space names are not in ascending order");
            var dimension = reader.ReadVarint();
            if (dimension is < 1 or > SpaceSchema.MaxElements) throw reader.Malformed($"a vector has {dimension} components");
            reader.ReadBytes(dimension * sizeof(float));
            if (version == ItemCodec.VersionWithPlaces)
            {
                var places = reader.ReadVarint();
                if (places > 0 && dimension % places != 0) throw reader.Malformed($"{places} places are not one for each vector of {dimension} components");
                reader.ReadBytes(places * Place.Bytes);
                allPlaces += places;
            }

            previous = space;
        }

        if (version == ItemCodec.VersionWithPlaces && allPlaces == 0) throw reader.Malformed("an item without places is written as version 1");
        consumed = reader.Position;
        return new ItemView(modality, id, content, attributes, source[start..consumed], version == ItemCodec.VersionWithPlaces);
    }

    /// <summary>The components of a space, of all vectors in a multi-vector space; the span need not be aligned.</summary>
    public bool TryGetVector(scoped ReadOnlySpan<byte> space, out ReadOnlySpan<float> vector)
    {
        foreach (var entry in Vectors)
        {
            if (!entry.Space.SequenceEqual(space)) continue;
            vector = entry.Values;
            return true;
        }

        vector = default;
        return false;
    }

    /// <summary>The components of a space, of all vectors in a multi-vector space; the span need not be aligned.</summary>
    public bool TryGetVector(string space, out ReadOnlySpan<float> vector)
    {
        Span<byte> utf8 = stackalloc byte[SpaceSchema.MaxNameBytes];
        vector = default;
        var length = Utf8Text.CountBytes(space);
        return length >= 0 && length <= utf8.Length && TryGetVector(utf8[..Utf8Text.Encode(space, utf8)], out vector);
    }

    /// <summary>Copies everything into an object.</summary>
    public Item ToItem()
    {
        var vectors = new Dictionary<string, float[]>();
        var places = new Dictionary<string, Place[]>();
        foreach (var entry in Vectors)
        {
            vectors.Add(Utf8Text.Decode(entry.Space), entry.Values.ToArray());
            if (!entry.Places.IsEmpty) places.Add(Utf8Text.Decode(entry.Space), entry.Places.ToArray());
        }

        return new Item
        {
            Id = Utf8Text.Decode(Id),
            Modality = Modalities.All[_modality],
            Vectors = vectors,
            Places = places,
            Attributes = Attributes.Decode(EncodedAttributes),
            Content = Utf8Text.Decode(Content),
        };
    }
}
