using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>Texts as bags of hashed n-grams: weight × idf of the bucket, over the bag's length. Serving computes the same in the graph.</summary>
internal sealed class TextFeatures
{
    private readonly HashedNgramTokenizer _tokenizer;

    /// <param name="options">Tokenizer and exponent of the idf.</param>
    /// <param name="texts">The training texts; the document frequencies are theirs.</param>
    public TextFeatures(CcaOptions options, IReadOnlyList<string> texts)
    {
        _tokenizer = new HashedNgramTokenizer(options.Tokenizer, options.MaxTokens);
        var documents = new int[options.Tokenizer.Buckets];
        foreach (string text in texts)
        {
            foreach (var token in _tokenizer.Tokenize(text))
                documents[token.Id]++;
        }

        Idf = [.. documents.Select(count => (float)Math.Pow(Math.Log((1.0 + texts.Count) / (1 + count)), options.IdfPower))];
    }

    /// <summary>Inverse document frequency of each bucket: (ln((1 + texts) / (1 + texts with it)))^power.</summary>
    public float[] Idf { get; }

    /// <summary>The rows of <paramref name="texts"/>, each of length 1.</summary>
    public SparseMatrix Of(IReadOnlyList<string> texts)
    {
        var rows = new IReadOnlyList<(int, float)>[texts.Count];
        Parallel.For(0, rows.Length, t =>
        {
            var tokens = _tokenizer.Tokenize(texts[t]);
            double length = Math.Sqrt(tokens.Sum(token => Math.Pow(token.Weight * Idf[token.Id], 2)));
            rows[t] = [.. tokens.Select(token => (token.Id, (float)(token.Weight * Idf[token.Id] / Math.Max(length, 1e-9))))];
        });
        return new SparseMatrix(rows, Idf.Length);
    }
}
