using System.Collections.Concurrent;

namespace Manifold.Training;

/// <summary>
/// Everything in the cache, cleaned: what does not render and exact duplicates within a source are dropped, and each item knows its part of the
/// split. Sources are read when they are first asked for.
/// </summary>
public sealed class Corpus
{
    private readonly DataCache _cache;
    private readonly FingerprintCache _fingerprints;
    private readonly ConcurrentDictionary<PictureSource, IReadOnlyDictionary<string, Picture>> _styles = new();
    private readonly Lazy<IReadOnlyList<Stamp>> _stamps;
    private readonly Lazy<IReadOnlyList<ClipArt>> _clipArt;

    /// <summary>Opens the corpus of a data cache.</summary>
    public Corpus(DataCache cache)
    {
        _cache = cache;
        _fingerprints = new FingerprintCache(cache);
        Emoji = EmojiCatalog.Load(cache);
        EmojiParts = SplitRules.SplitEmoji(Emoji.ByCode.ToDictionary(pair => pair.Key, pair => pair.Value.Labels["en"]));
        _stamps = new(() => PictureFilter.Keep(Stamps.Load(cache), stamp => stamp.Picture, _fingerprints));
        _clipArt = new(() =>
        {
            var distinct = PictureFilter.Keep(Openclipart.Load(cache), art => art.Picture, _fingerprints);
            return KeepTelling(distinct);
        });
    }

    /// <summary>The emoji concepts.</summary>
    public EmojiCatalog Emoji { get; }

    /// <summary>Code to part, for every concept.</summary>
    public IReadOnlyDictionary<string, SplitPart> EmojiParts { get; }

    /// <summary>The stamps, for evaluation only (GPL-2).</summary>
    public IReadOnlyList<Stamp> StampsForEvaluation => _stamps.Value;

    /// <summary>The clip art whose title says something.</summary>
    public IReadOnlyList<ClipArt> ClipArt => _clipArt.Value;

    /// <summary>The part of each stamp.</summary>
    public IReadOnlyDictionary<string, SplitPart> StampParts =>
        SplitRules.SplitStamps(Stamps.Load(_cache).ToDictionary(stamp => stamp.Id, stamp => stamp.Captions["en"]));

    /// <summary>Code to picture of one drawing style.</summary>
    public IReadOnlyDictionary<string, Picture> Style(PictureSource style) => _styles.GetOrAdd(style, s =>
        PictureFilter.Keep(EmojiPictures.Load(_cache, Emoji, s), picture => picture, _fingerprints).ToDictionary(picture => picture.Id));

    /// <summary>A file of the data cache's folder for what is made of the data.</summary>
    public string DerivedFile(string name) => _cache.PathOf(Path.Combine("derived", name));

    private static List<ClipArt> KeepTelling(IReadOnlyList<ClipArt> distinct)
    {
        var pictures = distinct.CountBy(art => art.Title).ToDictionary();
        return [.. distinct.Where(art => pictures[art.Title] <= Openclipart.MaxPicturesOfOneTitle)];
    }
}
