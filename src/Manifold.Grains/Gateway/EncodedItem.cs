using System.Runtime.InteropServices;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>Puts what an encoder gave into an item: the vector of the whole, or, in multi-vector spaces, the moments of a recording with their times as places.</summary>
internal static class EncodedItem
{
    /// <param name="item">The item.</param>
    /// <param name="spaces">The spaces to fill.</param>
    /// <param name="encoded">Without an error.</param>
    public static Item Fill(Item item, IEnumerable<SpaceInfo> spaces, Encoded encoded)
    {
        var vectors = new Dictionary<string, float[]>(item.Vectors);
        var places = new Dictionary<string, Place[]>(item.Places);
        foreach (var space in spaces)
        {
            var moments = space.IsMultiVector ? encoded.Moments : null;
            vectors[space.Name] = MemoryMarshal.Cast<byte, float>(moments ?? encoded.Vector!).ToArray();
            if (moments is not null)
            {
                places[space.Name] = Places(encoded.Times!);
            }
        }
        return item with { Vectors = vectors, Places = places };
    }

    private static Place[] Places(byte[] times) =>
        [.. MemoryMarshal.Cast<byte, float>(times).ToArray().Chunk(2).Select(t => Place.Interval(t[0], t[1]))];
}
