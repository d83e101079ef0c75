namespace Manifold.Index.Tests.Kernels;

/// <summary>Scores in double precision, the plainest way, with a bound on how far a float32 kernel may be from them.</summary>
internal static class KernelReference
{
    private const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>The score, greater is nearer.</summary>
    public static double Score(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        double sum = 0;
        for (int i = 0; i < row.Length; i++)
            sum += Term(metric, query[i], row[i]);
        return sum;
    }

    /// <summary>
    /// The forward error bound of a sum of n terms in any order (Higham, Accuracy and Stability of Numerical Algorithms, §3.1): γₘ Σ|term|
    /// with γₘ = mu / (1 − mu), u = 2⁻²⁴, where m counts the roundings one term can meet: one in the product and n − 1 in the sums, for
    /// squared differences two more (the difference is rounded and then squared). Products below the normal range add at most 2⁻¹⁴⁹ each.
    /// </summary>
    public static double Tolerance(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        double magnitude = 0;
        for (int i = 0; i < row.Length; i++)
            magnitude += Math.Abs(Term(metric, query[i], row[i]));
        double roundings = (row.Length + (metric == Metric.L2 ? 2 : 0)) * UnitRoundoff;
        return (roundings / (1 - roundings) * magnitude) + (row.Length * (double)float.Epsilon);
    }

    private static double Term(Metric metric, float query, float row)
    {
        double difference = (double)query - row;
        return metric == Metric.L2 ? -difference * difference : (double)query * row;
    }
}
