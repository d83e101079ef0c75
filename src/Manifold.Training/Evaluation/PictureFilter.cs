using System.Security.Cryptography;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Drops the pictures that do not render and, within one source, all but the first of those with the same pixels at 64 px.</summary>
internal static class PictureFilter
{
    private const int Side = 64;
    private static readonly ImageDecoder Decoder = new();

    /// <summary>The items to keep, in their order. Decodes on all cores.</summary>
    public static IReadOnlyList<T> Keep<T>(IReadOnlyList<T> items, Func<T, Picture> pictureOf, FingerprintCache cache)
    {
        var prints = new string?[items.Count];
        Parallel.For(0, items.Count, i => prints[i] = cache.Of(pictureOf(items[i])));
        cache.Save();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. items.Where((_, i) => prints[i] is { } print && seen.Add(print))];
    }

    /// <summary>SHA-256 of a picture's pixels with transparency at 64 px, or null when it cannot be decoded.</summary>
    public static string? Fingerprint(byte[] encoded)
    {
        try
        {
            var pixels = new byte[4 * Side * Side];
            Decoder.DecodeRgba(encoded, Side, Side, ImageFit.Contain, ResampleFilter.Bicubic, pixels);
            return Convert.ToHexString(SHA256.HashData(pixels));
        }
        catch (InvalidContentException)
        {
            return null;
        }
    }
}
