using System.Runtime.InteropServices;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>The matches of hits in messages: of each hit [query's vectors] of the item's vector, its score and its place, 32 bytes each.</summary>
public static class HitMatches
{
    /// <summary>What a match takes in a message.</summary>
    public const int MatchBytes = 32;

    /// <summary>The matches of all hits; null where no hit has any.</summary>
    public static byte[][]? Pack(IReadOnlyList<Hit> hits) =>
        hits.Any(hit => hit.Matches is not null) ? [.. hits.Select(hit => Pack(hit.Matches ?? []))] : null;

    /// <summary>The matches of one hit.</summary>
    /// <param name="packed">What <see cref="Pack(IReadOnlyList{Hit})"/> made of them.</param>
    public static VectorMatch[] Unpack(byte[] packed)
    {
        var entries = MemoryMarshal.Cast<byte, Entry>(packed);
        var matches = new VectorMatch[entries.Length];
        for (var i = 0; i < matches.Length; i++)
        {
            var place = entries[i].Place;
            matches[i] = new VectorMatch(i, entries[i].Vector, entries[i].Score, place == Place.None ? null : place);
        }
        return matches;
    }

    private static byte[] Pack(IReadOnlyList<VectorMatch> matches)
    {
        var entries = new Entry[matches.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new Entry(matches[i].ItemVector, matches[i].Score, matches[i].Place ?? Place.None);
        }
        return MemoryMarshal.AsBytes(entries.AsSpan()).ToArray();
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Entry(int Vector, float Score, Place Place);
}
