using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Distinct captions, tokenised once, and words beside them that no caption has. Token ids are rows of the table.</summary>
internal sealed class CaptionTokens
{
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);

    /// <param name="captions">The captions; repeats are taken once.</param>
    /// <param name="config">The tokenizer and the number of rows.</param>
    /// <param name="words">Words beside them, each of which gets a row of its own.</param>
    public CaptionTokens(IEnumerable<string> captions, ModelConfig config, IReadOnlyList<string>? words = null)
    {
        foreach (string caption in captions)
            _indexes.TryAdd(caption, _indexes.Count);
        var tokenizer = new HashedNgramTokenizer(config.Tokenizer, config.MaxTokens);
        var tokens = new TokenWeight[_indexes.Count][];
        Parallel.ForEach(_indexes, pair => tokens[pair.Value] = tokenizer.Tokenize(pair.Key));
        TokenWeight[][] ofWords = [.. (words ?? []).Select(tokenizer.Tokenize)];
        var wholeWords = new HashedNgramTokenizer(config.Tokenizer with { WordNgrams = [1], CharNgrams = [] }, config.MaxTokens);
        Rows = NgramRows.Choose(tokens, config, (words ?? []).SelectMany(word => wholeWords.Tokenize(word)).Select(token => token.Id));
        Tokens = [.. tokens.Select(Rows.Of)];
        Words = [.. ofWords.Select(Rows.Of)];
    }

    /// <summary>Which n-grams have rows.</summary>
    public NgramRows Rows { get; }

    /// <summary>The tokens of each caption; a caption of punctuation only has none.</summary>
    public IReadOnlyList<TokenWeight[]> Tokens { get; }

    /// <summary>The tokens of each of the words, in order.</summary>
    public IReadOnlyList<TokenWeight[]> Words { get; }

    public int IndexOf(string caption) => _indexes[caption];

    /// <summary>Inverse document frequency of each row, ln((1 + captions) / (1 + captions with it)); that of a word without captions is one caption's; 0 where nothing has the row.</summary>
    public float[] InverseDocumentFrequencies()
    {
        var documents = new int[Rows.Count];
        Array.Fill(documents, 1, Rows.Shared, Rows.Count - Rows.Shared);
        foreach (var token in Tokens.SelectMany(text => text))
            documents[token.Id]++;
        return [.. documents.Select(count => count == 0 ? 0 : (float)Math.Log((1.0 + Tokens.Count) / (1 + count)))];
    }
}
