using Manifold.Encoders;

namespace Manifold.Training;

/// <summary>
/// Which row of the table each bucket of the tokenizer reads. Buckets are many, so that n-grams hardly ever share one, and what training never saw is told apart from what it saw; rows are few, so
/// that the table is small. The n-grams that most texts have come first, the rest share rows with them; those that are left over, and those that no text has, have none and are left out of a text.
/// </summary>
internal sealed class NgramRows
{
    // A row that two n-grams share still tells texts apart by their other n-grams; with more, rare n-grams above all are noise to each other.
    private const int MostNgramsOfARow = 2;
    private readonly int[] _rows;

    private NgramRows(int[] rows, int shared, int count) => (_rows, Shared, Count) = (rows, shared, count);

    /// <summary>Rows of n-grams of captions, of which row 0 is that of padding and of what has none: its weight is 0.</summary>
    public int Shared { get; }

    /// <summary>All rows: behind those of captions there is one for each word that no caption has.</summary>
    public int Count { get; }

    /// <summary>The row of each bucket, 0 for none.</summary>
    public ReadOnlySpan<int> OfBucket => _rows;

    /// <summary>Rows of captions' n-grams: a bucket needs no more than one of its own.</summary>
    public static int SharedRows(ModelConfig config) => Math.Min(config.Rows, config.Tokenizer.Buckets + 1);

    /// <summary>Chooses them.</summary>
    /// <param name="captions">The captions as buckets.</param>
    /// <param name="config">Numbers of buckets and rows.</param>
    /// <param name="words">Buckets of words that no caption has.</param>
    public static NgramRows Choose(IEnumerable<TokenWeight[]> captions, ModelConfig config, IEnumerable<int> words)
    {
        var documents = new int[config.Tokenizer.Buckets];
        foreach (var token in captions.SelectMany(caption => caption))
            documents[token.Id]++;
        int shared = SharedRows(config), next = shared;
        var rows = new int[documents.Length];
        int[] seen = [.. Enumerable.Range(0, documents.Length).Where(bucket => documents[bucket] > 0).OrderByDescending(bucket => documents[bucket])];
        for (int rank = 0; rank < Math.Min(seen.Length, MostNgramsOfARow * (shared - 1)); rank++)
            rows[seen[rank]] = 1 + (rank % (shared - 1));
        foreach (int bucket in words.Where(bucket => documents[bucket] == 0))
        {
            if (rows[bucket] == 0)
                rows[bucket] = next++;
        }

        return new NgramRows(rows, shared, next);
    }

    /// <summary>A text's buckets as rows, without those that have none; a row may be there twice.</summary>
    public TokenWeight[] Of(IReadOnlyList<TokenWeight> tokens) => Below(tokens, Count);

    /// <summary>The same with rows of captions only.</summary>
    public TokenWeight[] SharedOf(IReadOnlyList<TokenWeight> tokens) => Below(tokens, Shared);

    private TokenWeight[] Below(IReadOnlyList<TokenWeight> tokens, int end) =>
        [.. tokens.Select(token => token with { Id = _rows[token.Id] }).Where(token => token.Id > 0 && token.Id < end)];
}
