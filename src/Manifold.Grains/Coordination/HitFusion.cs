using Manifold.Index;

namespace Manifold.Grains;

/// <summary>How the hits of vectors and those of words become one list.</summary>
/// <param name="RankConstant">Reciprocal rank fusion with this constant; <c>null</c> to add up scores.</param>
/// <param name="VectorWeight">Of added scores, the share of the vectors', 0 to 1.</param>
[GenerateSerializer, Immutable]
[Alias("manifold.HitFusion")]
public sealed record HitFusion([property: Id(0)] int? RankConstant, [property: Id(1)] double VectorWeight)
{
    /// <summary>Of Cormack, Clarke and Büttcher (SIGIR 2009).</summary>
    public const int DefaultRankConstant = 60;

    /// <summary>By ranks, with that constant.</summary>
    public static HitFusion Default { get; } = new(DefaultRankConstant, 0);

    /// <summary>Hits that each list gives for so many that are wanted: those of one list may be far down in the other.</summary>
    public static int Prefetch(int limit) => Math.Max(100, (int)Math.Min(int.MaxValue, 10L * limit));

    /// <summary>The fused list: greater score first, equal scores by id.</summary>
    /// <param name="vectors">Sorted hits of the vectors.</param>
    /// <param name="words">Sorted hits of the words.</param>
    /// <param name="limit">How many to keep.</param>
    /// <remarks>
    /// By ranks a hit has Σ 1 / (constant + rank), ranks from 1. By scores it has w · v + (1 − w) · t, each score brought to 0 to 1 over its list (least to greatest; 1 where
    /// all are equal); a hit that is not in a list has 0 of it.
    /// </remarks>
    public List<Hit> Fuse(IReadOnlyList<Hit> vectors, IReadOnlyList<Hit> words, int limit)
    {
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        var matches = vectors.ToDictionary(hit => hit.Id, hit => hit.Matches, StringComparer.Ordinal);
        Add(vectors, VectorWeight);
        Add(words, 1 - VectorWeight);
        return [.. scores.Select(pair => new Hit(pair.Key, (float)pair.Value, matches.GetValueOrDefault(pair.Key))).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id, Utf8Order.Comparer).Take(limit)];

        void Add(IReadOnlyList<Hit> hits, double weight)
        {
            for (var i = 0; i < hits.Count; i++)
            {
                double least = hits[^1].Score, span = hits[0].Score - least;
                var part = RankConstant is { } constant ? 1.0 / (constant + i + 1) : weight * (span > 0 ? (hits[i].Score - least) / span : 1);
                scores[hits[i].Id] = scores.GetValueOrDefault(hits[i].Id) + part;
            }
        }
    }
}
