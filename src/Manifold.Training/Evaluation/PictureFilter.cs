using System.Security.Cryptography;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Drops the pictures that do not render and, within one source, all but the first of those with the same pixels at 64 px.</summary>
public static class PictureFilter
{
    private static readonly ImagePreprocessing At64 = new() { Width = 64, Height = 64 };

    /// <summary>The items to keep, in their order. Decodes on all cores.</summary>
    public static IReadOnlyList<T> Keep<T>(IReadOnlyList<T> items, Func<T, Picture> pictureOf)
    {
        var prints = new string?[items.Count];
        Parallel.For(0, items.Count, i => prints[i] = Fingerprint(pictureOf(items[i])));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. items.Where((_, i) => prints[i] is { } print && seen.Add(print))];
    }
}
