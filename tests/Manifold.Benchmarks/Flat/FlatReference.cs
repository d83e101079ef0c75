using Manifold.Index;

namespace Manifold.Benchmarks;

/// <summary>Exact search in double precision, the plainest way, and the comparison of a scan's results with it.</summary>
internal static class FlatReference
{
    // Half a unit in the last place of 1, relative error of one float32 operation.
    private const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>
    /// Whether each of the results has the score of the reference's result of the same rank, and each row its own true score. The vectors have
    /// unit length, so Σ|qᵢrᵢ| ≤ 1 and Σ(qᵢ − rᵢ)² ≤ 4; a sum of d products in any order is then off by less than (d + 3) · 2⁻²⁴ times that
    /// (Higham, Accuracy and Stability of Numerical Algorithms, §3.1).
    /// </summary>
    public static bool Matches(Metric metric, float[] query, in VectorBlock block, ulong[] allowed, ScoredRow[] results, int k)
    {
        double tolerance = (metric == Metric.L2 ? 4 : 1) * (block.Dimension + 3) * UnitRoundoff;
        double[] scores = new double[block.Count];
        for (int row = 0; row < scores.Length; row++)
            scores[row] = IsAllowed(allowed, row) ? Score(metric, query, block.Row(row)) : double.NaN;
        double[] best = [.. scores.Where(score => !double.IsNaN(score)).OrderDescending().Take(k)];
        if (results.Length != best.Length || results.DistinctBy(result => result.Row).Count() != best.Length)
            return false;
        for (int rank = 0; rank < best.Length; rank++)
        {
            ScoredRow result = results[rank];
            if (!(Math.Abs(result.Score - best[rank]) <= tolerance && Math.Abs(result.Score - scores[result.Row]) <= tolerance))
                return false;
        }

        return true;
    }

    private static bool IsAllowed(ulong[] allowed, int row) => allowed.Length == 0 || ((allowed[row / 64] >> (row % 64)) & 1) != 0;

    private static double Score(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        double sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            double difference = (double)query[i] - row[i];
            sum += metric == Metric.L2 ? -difference * difference : (double)query[i] * row[i];
        }

        return sum;
    }
}
