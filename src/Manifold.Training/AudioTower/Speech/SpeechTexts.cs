namespace Manifold.Training;

/// <summary>
/// What a tower of sound hears: the labels and tags of the training concepts in several languages, titles and keywords of the training clip art, and words of a frequency list, since the teacher
/// gives a vector to any text. Concepts of dev and reserved are left out, as everywhere.
/// </summary>
internal static class SpeechTexts
{
    /// <summary>The value of <c>data.source</c> that stands for these.</summary>
    public const string Source = "speech";

    private const int MaxCharacters = 48;

    // Of the most frequent words of English the first 150 or so are particles and auxiliaries.
    private const int FirstRank = 150;

    /// <summary>Draws them: equal seeds give equal texts.</summary>
    /// <param name="corpus">The data.</param>
    /// <param name="words">A frequency list, the most frequent word first.</param>
    /// <param name="config">How many, in which languages.</param>
    /// <param name="seed">Of the draw.</param>
    public static IReadOnlyList<SpokenText> Draw(Corpus corpus, IReadOnlyList<string> words, AudioDataConfig config, int seed)
    {
        var random = new Random(seed);
        string[] frequent = [.. words.Take(config.Words).Skip(FirstRank).Where(word => word.Length > 2 && word.All(char.IsAsciiLetterLower))];
        var texts = Captions(corpus, config.Languages).Distinct().ToArray();
        random.Shuffle(texts);
        int fromWords = frequent.Length == 0 ? 0 : (int)(config.Clips * config.WordsShare);
        var drawn = texts.Take(config.Clips - fromWords).ToHashSet();

        // Labels are few beside tags: what is left of the number goes to captions again, in other voices.
        var said = drawn.ToList();
        for (int i = 0; said.Count < config.Clips - fromWords && texts.Length > 0; i++)
            said.Add(texts[i % texts.Length]);
        for (int i = 0; i < fromWords; i++)
        {
            // Every word alone at least once before they are put together.
            string text = i < frequent.Length ? frequent[i] : string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => frequent[random.Next(frequent.Length)]));
            said.Add(new SpokenText(text, "en"));
        }

        return said;
    }

    private static IEnumerable<SpokenText> Captions(Corpus corpus, IReadOnlyList<string> languages)
    {
        foreach (var (code, emoji) in corpus.Emoji.ByCode)
        {
            if (corpus.EmojiParts[code] != SplitPart.Train)
                continue;
            foreach (string language in languages)
            {
                if (emoji.Labels.TryGetValue(language, out string? label) && IsSayable(label))
                    yield return new SpokenText(label, language);
                foreach (string tag in emoji.Tags.GetValueOrDefault(language, []).Where(IsSayable))
                    yield return new SpokenText(tag, language);
            }
        }

        if (!languages.Contains("en"))
            yield break;
        foreach (var art in corpus.ClipArt.Where(art => art.Part == SplitPart.Train))
        {
            if (IsSayable(art.Title))
                yield return new SpokenText(art.Title, "en");
            foreach (string keyword in art.Keywords.Where(IsSayable))
                yield return new SpokenText(keyword, "en");
        }
    }

    private static bool IsSayable(string text) => text.Length is > 1 and <= MaxCharacters && text.Any(char.IsLetter) && !text.Any(char.IsDigit);
}
