namespace Manifold.Training;

/// <summary>Builds tests from held-out items: the gallery is always dev and reserved together, the part chooses the queries only.</summary>
public static class RetrievalTests
{
    /// <summary>Captions against pictures. A picture is right when its caption in the query's language equals the query.</summary>
    /// <returns>The test, or null when the part has no query.</returns>
    public static RetrievalTest? TextToImage(string name, IReadOnlyList<HeldOutItem> items, IReadOnlySet<SplitPart> parts, string language)
    {
        var right = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (int i = 0; i < items.Count; i++)
        {
            if (!items[i].Captions.TryGetValue(language, out string? caption))
                continue;
            if (!right.TryGetValue(caption, out var indexes))
                right[caption] = indexes = [];
            indexes.Add(i);
        }

        var asked = right.Where(pair => pair.Value.Any(i => parts.Contains(items[i].Part))).ToArray();
        return Make(name, [.. asked.Select(pair => Probe.Of(pair.Key))], Pictures(items), [.. asked.Select(pair => pair.Value)]);
    }

    /// <summary>Pictures against captions.</summary>
    /// <returns>The test, or null when the part has no query.</returns>
    public static RetrievalTest? ImageToText(string name, IReadOnlyList<HeldOutItem> items, IReadOnlySet<SplitPart> parts, string language)
    {
        var captioned = items.Where(item => item.Captions.ContainsKey(language)).ToArray();
        string[] captions = [.. captioned.Select(item => item.Captions[language]).Distinct().Order(StringComparer.Ordinal)];
        var asked = captioned.Where(item => parts.Contains(item.Part)).ToArray();
        return Make(
            name, Pictures(asked), [.. captions.Select(Probe.Of)],
            [.. asked.Select(item => (IReadOnlyList<int>)[Array.BinarySearch(captions, item.Captions[language], StringComparer.Ordinal)])]);
    }

    /// <summary>Pictures of one style against pictures of another; the one with the same key is right.</summary>
    /// <returns>The test, or null when the part has no query.</returns>
    public static RetrievalTest? ImageToImage(
        string name, IReadOnlyList<HeldOutItem> queries, IReadOnlyList<HeldOutItem> gallery, IReadOnlySet<SplitPart> parts)
    {
        var index = gallery.Index().ToDictionary(pair => pair.Item.Key, pair => pair.Index);
        var asked = queries.Where(item => parts.Contains(item.Part) && index.ContainsKey(item.Key)).ToArray();
        return Make(name, Pictures(asked), Pictures(gallery), [.. asked.Select(item => (IReadOnlyList<int>)[index[item.Key]])]);
    }

    /// <summary>Recordings against captions.</summary>
    /// <param name="name">The test's name.</param>
    /// <param name="items">The items of the gallery.</param>
    /// <param name="parts">Whose recordings are asked with.</param>
    /// <param name="language">Of the captions.</param>
    /// <param name="soundOf">The recording of an item's caption, or null. Items of one caption may have one recording, which is asked with once.</param>
    /// <returns>The test, or null when the part has no query.</returns>
    public static RetrievalTest? SoundToText(string name, IReadOnlyList<HeldOutItem> items, IReadOnlySet<SplitPart> parts, string language, Func<HeldOutItem, Sound?> soundOf)
    {
        var captioned = items.Where(item => item.Captions.ContainsKey(language)).ToArray();
        string[] captions = [.. captioned.Select(item => item.Captions[language]).Distinct().Order(StringComparer.Ordinal)];
        var asked = Asked(captioned, parts, soundOf);
        return Make(
            name, [.. asked.Select(query => Probe.Of(query.Sound))], [.. captions.Select(Probe.Of)],
            [.. asked.Select(query => (IReadOnlyList<int>)[Array.BinarySearch(captions, query.Item.Captions[language], StringComparer.Ordinal)])]);
    }

    /// <summary>Recordings against pictures; a picture is right when its caption is the one that is read.</summary>
    /// <inheritdoc cref="SoundToText"/>
    public static RetrievalTest? SoundToImage(string name, IReadOnlyList<HeldOutItem> items, IReadOnlySet<SplitPart> parts, string language, Func<HeldOutItem, Sound?> soundOf)
    {
        var captioned = items.Where(item => item.Captions.ContainsKey(language)).ToArray();
        var places = items.Index().Where(pair => pair.Item.Captions.ContainsKey(language)).ToLookup(pair => pair.Item.Captions[language], pair => pair.Index);
        var asked = Asked(captioned, parts, soundOf);
        return Make(name, [.. asked.Select(query => Probe.Of(query.Sound))], Pictures(items), [.. asked.Select(query => (IReadOnlyList<int>)[.. places[query.Item.Captions[language]]])]);
    }

    private static (HeldOutItem Item, Sound Sound)[] Asked(IReadOnlyList<HeldOutItem> captioned, IReadOnlySet<SplitPart> parts, Func<HeldOutItem, Sound?> soundOf) =>
        [.. captioned.Where(item => parts.Contains(item.Part)).Select(item => (Item: item, Sound: soundOf(item))).Where(pair => pair.Sound is not null).Select(pair => (pair.Item, Sound: pair.Sound!)).DistinctBy(pair => pair.Sound)];

    private static Probe[] Pictures(IEnumerable<HeldOutItem> items) => [.. items.Select(item => Probe.Of(item.Picture))];

    private static RetrievalTest? Make(string name, Probe[] queries, Probe[] gallery, IReadOnlyList<int>[] right) =>
        queries.Length == 0 ? null : new RetrievalTest(name, queries, gallery, right);
}
