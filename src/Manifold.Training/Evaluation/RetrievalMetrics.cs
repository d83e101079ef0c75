using System.Numerics.Tensors;

namespace Manifold.Training;

/// <summary>Recall@k, median rank and mean average precision of a ranked retrieval, with a bootstrap interval over queries.</summary>
public static class RetrievalMetrics
{
    /// <summary>Resamples of the bootstrap; the ends of the interval move by less than 0.5 points between seeds at this number.</summary>
    public const int BootstrapResamples = 2000;

    private const int BootstrapSeed = 20241;

    /// <summary>
    /// The ranks (from 1, ascending) of the right items when the gallery is ordered by descending score; equal scores are ordered by gallery
    /// index, so that a model that scores everything alike gets the chance level and no more.
    /// </summary>
    public static int[] Ranks(ReadOnlySpan<float> scores, IReadOnlyList<int> right)
    {
        var ranks = new int[right.Count];
        for (int r = 0; r < ranks.Length; r++)
        {
            float own = scores[right[r]];
            int rank = 1;
            for (int i = 0; i < scores.Length; i++)
            {
                if (scores[i] > own || (scores[i] == own && i < right[r]))
                    rank++;
            }

            ranks[r] = rank;
        }

        Array.Sort(ranks);
        return ranks;
    }

    /// <summary>The mean of the precisions at each right item's rank.</summary>
    /// <param name="ranks">Ascending ranks from 1, as <see cref="Ranks"/> gives them.</param>
    public static double AveragePrecision(ReadOnlySpan<int> ranks)
    {
        double sum = 0;
        for (int i = 0; i < ranks.Length; i++)
            sum += (i + 1.0) / ranks[i];
        return sum / ranks.Length;
    }

    /// <summary>Scores a test by dot products of vectors of length 1 (cosines).</summary>
    /// <param name="name">The test's name.</param>
    /// <param name="queries">One vector a query.</param>
    /// <param name="gallery">One vector a gallery item.</param>
    /// <param name="right">For each query the right gallery indexes; at least one each.</param>
    /// <exception cref="ArgumentException">There is no query, or a query without a right item.</exception>
    public static RetrievalScores Score(
        string name, IReadOnlyList<float[]> queries, IReadOnlyList<float[]> gallery, IReadOnlyList<IReadOnlyList<int>> right)
    {
        if (queries.Count == 0 || right.Count != queries.Count || right.Any(items => items.Count == 0))
            throw new ArgumentException($"{name}: every query needs at least one right item.", nameof(right));
        var ranks = new int[queries.Count][];
        Parallel.For(0, queries.Count, q =>
        {
            var scores = new float[gallery.Count];
            for (int g = 0; g < scores.Length; g++)
                scores[g] = TensorPrimitives.Dot(queries[q], gallery[g]);
            ranks[q] = Ranks(scores, right[q]);
        });
        return Score(name, gallery.Count, ranks);
    }

    /// <summary>Scores a test from the ranks of the right items of each query.</summary>
    public static RetrievalScores Score(string name, int gallerySize, IReadOnlyList<int[]> ranks)
    {
        int[] first = [.. ranks.Select(query => query[0])];
        var (low, high) = BootstrapRecall(first, 10);
        return new RetrievalScores(
            name, ranks.Count, gallerySize, Math.Min(1, 10.0 / gallerySize),
            Recall(first, 1), Recall(first, 5), Recall(first, 10), low, high, Median(first),
            ranks.Average(query => AveragePrecision(query)));
    }

    /// <summary>The 95% percentile interval of Recall@<paramref name="k"/> under resampling of the queries; the seed is fixed.</summary>
    public static (double Low, double High) BootstrapRecall(IReadOnlyList<int> firstRanks, int k)
    {
        var random = new Random(BootstrapSeed);
        var recalls = new double[BootstrapResamples];
        for (int s = 0; s < recalls.Length; s++)
        {
            int hits = 0;
            for (int i = 0; i < firstRanks.Count; i++)
            {
                if (firstRanks[random.Next(firstRanks.Count)] <= k)
                    hits++;
            }

            recalls[s] = (double)hits / firstRanks.Count;
        }

        Array.Sort(recalls);
        return (recalls[(int)(0.025 * BootstrapResamples)], recalls[(int)(0.975 * BootstrapResamples)]);
    }

    private static double Recall(int[] firstRanks, int k) => (double)firstRanks.Count(rank => rank <= k) / firstRanks.Length;

    private static double Median(int[] values)
    {
        int[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }
}
