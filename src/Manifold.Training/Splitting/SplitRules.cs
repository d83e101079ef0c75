using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Manifold.Training;

/// <summary>The split, version 1: which part an item falls into follows from its caption alone. The rules are written out in docs/evaluation.md.</summary>
public static class SplitRules
{
    /// <summary>Groups of more stamps than this are always train.</summary>
    public const int MaxHeldOutStamps = 12;

    /// <summary>Groups of more emoji than this are always train.</summary>
    public const int MaxHeldOutEmoji = 25;

    /// <summary>The first 8 hex digits of the SHA-256 of <c>split-v1|</c> + <paramref name="key"/>, over 2^32: in [0, 1).</summary>
    public static double Hash(string key) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("split-v1|" + key))) / 4294967296.0;

    /// <summary>Splits stamps by their English captions.</summary>
    /// <param name="captions">Id to caption.</param>
    public static IReadOnlyDictionary<string, SplitPart> SplitStamps(IReadOnlyDictionary<string, string> captions) =>
        SplitGroups(captions.ToDictionary(pair => pair.Key, pair => ContentWords.OfCaption(pair.Value)), "S:", MaxHeldOutStamps);

    /// <summary>Splits emoji concepts by their English labels.</summary>
    /// <param name="labels">Code to label.</param>
    public static IReadOnlyDictionary<string, SplitPart> SplitEmoji(IReadOnlyDictionary<string, string> labels) =>
        SplitGroups(labels.ToDictionary(pair => pair.Key, pair => ContentWords.OfEmojiLabel(pair.Value)), "E:", MaxHeldOutEmoji);

    /// <summary>The part of a clip art: all with the same set of words in title and keywords go together.</summary>
    public static SplitPart SplitClipArt(string title, IReadOnlyList<string> keywords) =>
        PartOf(Hash("O:" + string.Join(' ', ContentWords.OfCaption(string.Join(' ', [title, .. keywords])))), 0.05);

    /// <summary>Test C's queries are training concepts; this halves them into <see cref="SplitPart.Dev"/> and <see cref="SplitPart.Reserved"/>.</summary>
    public static SplitPart SplitSeenConcept(string code) => Hash("C|" + code) < 0.5 ? SplitPart.Dev : SplitPart.Reserved;

    private static Dictionary<string, SplitPart> SplitGroups(
        IReadOnlyDictionary<string, SortedSet<string>> words, string prefix, int maxHeldOut)
    {
        var groups = CaptionGroups.Of(words);
        var sizes = groups.Values.CountBy(group => group).ToDictionary();
        return groups.ToDictionary(
            pair => pair.Key,
            pair => sizes[pair.Value] > maxHeldOut ? SplitPart.Train : PartOf(Hash(prefix + pair.Value), 0.1),
            StringComparer.Ordinal);
    }

    private static SplitPart PartOf(double hash, double share) =>
        hash < share ? SplitPart.Dev : hash < 2 * share ? SplitPart.Reserved : SplitPart.Train;
}
