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
    /// <param name="metric">The space's metric.</param>
    /// <param name="parts">Vectors [parts × dimension] and their weights.</param>
    /// <exception cref="ManifoldException">A zero vector under cosine, weights that sum to 0 under L2, or parts that cancel each other out.</exception>
    public static float[] Combine(Metric metric, IReadOnlyList<(float[] Vector, double Weight)> parts)
    {
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
