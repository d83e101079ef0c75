using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Scores by their definitions, in double precision.</summary>
internal static class ScoreReference
{
    public static double Score(Metric metric, float[] query, float[] item) => metric switch
    {
        Metric.Cosine => Dot(query, item) / Math.Sqrt(Dot(query, query) * Dot(item, item)),
        Metric.InnerProduct => Dot(query, item),
        _ => -query.Zip(item, (a, b) => ((double)a - b) * ((double)a - b)).Sum(),
    };

    /// <summary>
    /// Asserts that the hits are the best <paramref name="limit"/> of the items, in order: each with its own score, and place by place as good as the
    /// reference's (two items whose scores differ by less than rounding may change places).
    /// </summary>
    public static void AssertBest(IEnumerable<Hit> hits, IReadOnlyDictionary<string, float[]> items, Metric metric, float[] query, int limit)
    {
        var scores = items.ToDictionary(i => i.Key, i => Score(metric, query, i.Value));
        var best = scores.Values.OrderDescending().Take(limit).ToArray();
        var found = hits.ToArray();
        Assert.Equal(best.Length, found.Length);
        Assert.Equal(found.Length, found.Select(h => h.Item.Id).Distinct().Count());
        for (var i = 0; i < found.Length; i++)
        {
            var tolerance = 1e-5 * Math.Max(1, Math.Abs(best[i]));
            Assert.Equal(scores[found[i].Item.Id], found[i].Score, tolerance);
            Assert.Equal(best[i], found[i].Score, tolerance);
            Assert.True(i == 0 || found[i - 1].Score >= found[i].Score, "greater scores come first");
        }
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
