using System.Buffers;
using System.Runtime.InteropServices;

namespace Manifold.Index;

/// <summary>The binary form of an item, read in place by <see cref="ItemView"/>.</summary>
/// <remarks>
/// Little-endian; lengths are LEB128 in their shortest form: version byte; modality code byte; id; content (length 0: none); attributes
/// (see <see cref="Attributes"/>); number of vectors; for each, in ascending UTF-8 order of the names: name, number of components, float32 components, and in version 2 the number of places and the places. Version 1 is
/// that of items without places.
/// Equal items have equal bytes. Written for little-endian machines, the only ones .NET 10 is released for.
/// </remarks>
public static class ItemCodec
{
    internal const byte Version = 1;
    internal const byte VersionWithPlaces = 2;

    /// <summary>
    /// Appends the item's binary form. Vectors are written as they are: bring those of cosine spaces to unit length first, with
    /// <see cref="ItemValidation.Normalize"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The item could not be read back: id, modality, content or vectors break the limits of <see cref="Item"/>.</exception>
    public static void Write(Item item, IBufferWriter<byte> output)
    {
        CheckText(item.Id, 1, Item.MaxIdBytes, "id");
        CheckText(item.Content ?? "", 0, Item.MaxContentBytes, "content");
        var modality = Modalities.CodeOf(item.Modality);
        if (modality < 0) throw new ArgumentException($"Unknown modality '{item.Modality}'.", nameof(item));
        foreach (var (space, vector) in item.Vectors)
        {
            CheckText(space, 1, SpaceSchema.MaxNameBytes, "space name");
            if (vector.Length is < 1 or > SpaceSchema.MaxElements)
                throw new ArgumentException($"The vector of space '{space}' has {vector.Length} components.", nameof(item));
        }

        foreach (var (space, places) in item.Places)
            if (places.Length == 0 || !item.Vectors.TryGetValue(space, out var vector) || vector.Length % places.Length != 0)
                throw new ArgumentException($"Space '{space}' has {places.Length} places, which are not one for each vector.", nameof(item));

        output.WriteByte(item.Places.Count == 0 ? Version : VersionWithPlaces);
        output.WriteByte((byte)modality);
        output.WriteText(item.Id);
        output.WriteText(item.Content ?? "");
        output.WriteBlock(item.Attributes.Encoded.Span);
        output.WriteVarint(item.Vectors.Count);
        if (item.Vectors.Count == 1)
        {
            foreach (var (space, vector) in item.Vectors) WriteVector(item, space, Utf8Text.Encode(space), vector, output);
            return;
        }

        var columns = item.Vectors.Select(pair => (Name: pair.Key, Utf8: Utf8Text.Encode(pair.Key), Vector: pair.Value)).ToArray();
        Array.Sort(columns, static (a, b) => a.Utf8.AsSpan().SequenceCompareTo(b.Utf8));
        foreach (var (name, utf8, vector) in columns) WriteVector(item, name, utf8, vector, output);
    }

    private static void WriteVector(Item item, string name, ReadOnlySpan<byte> utf8, ReadOnlySpan<float> vector, IBufferWriter<byte> output)
    {
        output.WriteBlock(utf8);
        output.WriteVarint(vector.Length);
        output.Write(MemoryMarshal.AsBytes(vector));
        if (item.Places.Count == 0) return;
        var places = item.Places.GetValueOrDefault(name) ?? [];
        output.WriteVarint(places.Length);
        output.Write(MemoryMarshal.AsBytes<Place>(places));
    }

    private static void CheckText(string text, int minBytes, int maxBytes, string what)
    {
        var length = Utf8Text.CountBytes(text);
        if (length < minBytes || length > maxBytes)
            throw new ArgumentException($"The {what} '{FieldError.Quote(text)}' is not {minBytes} to {maxBytes} UTF-8 bytes.");
    }
}
