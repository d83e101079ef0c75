using System.Numerics.Tensors;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>Adds the parts of a query up to one vector.</summary>
public static class QueryVector
{
    /// <summary>
    /// q = Σ wᵢ vᵢ, under cosine with each vᵢ normalised first and q normalised at the end (as searches want it); under L2 divided by Σ wᵢ, so that q is the
    /// weighted mean.
    /// </summary>
    /// <param name="space">The space to search.</param>
    /// <param name="parts">Vectors [parts × dimension] and their weights; or, in a multi-vector space, one part of several vectors, which is the query as it is.</param>
    /// <exception cref="ManifoldException">A zero vector under cosine, weights that sum to 0 under L2, a part of several vectors beside others, or parts that cancel each other out.</exception>
    public static float[] Combine(SpaceInfo space, IReadOnlyList<(float[] Vector, double Weight)> parts)
    {
        var several = parts.ToList().FindIndex(part => part.Vector.Length > space.Dimension);
        if (several >= 0)
        {
            return parts is [(var vectors, 1)]
                ? vectors
                : throw ManifoldException.Invalid($"parts[{several}]", $"a part of {parts[several].Vector.Length / space.Dimension} vectors stands alone in its query, with a weight of 1");
        }
        var metric = space.Metric;
        var sum = new float[parts[0].Vector.Length];
        for (var i = 0; i < parts.Count; i++)
        {
            var (vector, weight) = parts[i];
            if (metric == Metric.Cosine)
            {
                var unit = new float[vector.Length];
                Normalize(vector, unit, $"parts[{i}]", "a zero vector has no direction to compare by cosine");
                vector = unit;
            }
            TensorPrimitives.MultiplyAdd(vector, (float)weight, sum, sum);
        }
        if (metric == Metric.L2)
        {
            var total = parts.Sum(p => p.Weight);
            if (Math.Abs(total) < 1e-9)
            {
                throw ManifoldException.Invalid("parts", "under L2 the weights of the parts must not sum to 0");
            }
            TensorPrimitives.Divide(sum, (float)total, sum);
        }
        if (!VectorMath.IsFinite(sum))
        {
            throw ManifoldException.Invalid("parts", "the weighted sum of the parts is too large for float32");
        }
        if (metric == Metric.Cosine)
        {
            Normalize(sum, sum, "parts", "the parts of the query cancel each other out");
        }
        return sum;
    }

    private static void Normalize(float[] source, float[] destination, string field, string message)
    {
        try
        {
            VectorMath.Normalize(source, destination);
        }
        catch (ArgumentException)
        {
            throw ManifoldException.Invalid(field, message);
        }
    }
}
