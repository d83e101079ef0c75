namespace Manifold.Encoders;

/// <summary>Options of <see cref="HashedNgramTokenizer"/>: <c>"kind": "hashed-ngrams"</c>. docs/bundle.md is the exact specification.</summary>
public sealed record HashedNgramOptions : TokenizerOptions
{
    /// <summary>Number of hash buckets, 1 to 2^24: token ids are 0 to this − 1.</summary>
    public required int Buckets { get; init; }

    /// <summary>Lengths of word n-grams, each 1 to 8, ascending.</summary>
    public IReadOnlyList<int> WordNgrams { get; init; } = [1, 2];

    /// <summary>Lengths of character n-grams within a word and its boundary marks, each 1 to 8, ascending; may be empty.</summary>
    public IReadOnlyList<int> CharNgrams { get; init; } = [3, 4];

    /// <summary>Lengths of n-grams over runs of Han, kana, Hangul and symbols, which have no spaces, each 1 to 8, ascending.</summary>
    public IReadOnlyList<int> RunNgrams { get; init; } = [1, 2];

    /// <summary>Seed of the hash, 0 or greater.</summary>
    public long Seed { get; init; }

    public TokenWeighting Weighting { get; init; } = TokenWeighting.Sqrt;
}
