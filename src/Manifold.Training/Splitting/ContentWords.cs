namespace Manifold.Training;

/// <summary>The words of a caption that say what is in the picture, roughly stemmed: what groups near-duplicate captions.</summary>
public static class ContentWords
{
    private static readonly HashSet<string> Stop = [.. "a an the of in on for with and s is to some by at from this that these it its".Split(' ')];

    private static readonly HashSet<string> EmojiStop =
        [.. "man woman men women person people boy girl male female facing right left light dark medium skin tone".Split(' ')];

    /// <summary>The content words of a stamp's caption or a clip art's title, in ordinal order.</summary>
    public static SortedSet<string> OfCaption(string caption) => Of(caption, forEmoji: false);

    /// <summary>The content words of an emoji's label, which also lose the words for persons, directions and skin tones.</summary>
    public static SortedSet<string> OfEmojiLabel(string label) => Of(label, forEmoji: true);

    private static SortedSet<string> Of(string text, bool forEmoji)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        string lower = text.ToLowerInvariant();
        for (int i = 0; i < lower.Length;)
        {
            if (!char.IsAsciiLetterOrDigit(lower[i]))
            {
                i++;
                continue;
            }

            int start = i;
            while (i < lower.Length && char.IsAsciiLetterOrDigit(lower[i]))
                i++;
            string word = lower[start..i];
            if (!Stop.Contains(word) && !(forEmoji && EmojiStop.Contains(word)))
                words.Add(Stem(word));
        }

        return words;
    }

    private static string Stem(string word) => word switch
    {
        { Length: >= 5 } when word.EndsWith("ies", StringComparison.Ordinal) => word[..^3] + "y",
        { Length: >= 4 } when word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) => word[..^1],
        _ => word,
    };
}
