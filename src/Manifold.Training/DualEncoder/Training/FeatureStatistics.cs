using System.Numerics.Tensors;

namespace Manifold.Training;

/// <summary>What standardises picture features.</summary>
internal static class FeatureStatistics
{
    // Enough for the third digit of a deviation.
    private const int MaxPictures = 20_000;

    // A feature that hardly varies must not become loud: this share of the mean variance is added to each.
    private const double VarianceFloor = 0.1;

    /// <summary>The mean of each feature, and one over its deviation.</summary>
    public static (float[] Means, float[] Scales) Of(PreparedPictures pictures)
    {
        int count = pictures.Features;
        var sums = new double[count];
        var squares = new double[count];
        var row = new float[count];
        int total = (int)Math.Min((long)pictures.Pictures * pictures.Variants, MaxPictures);
        for (int i = 0; i < total; i++)
        {
            int picture = (int)((long)i * pictures.Pictures / total);
            TensorPrimitives.ConvertToSingle(pictures.FeaturesOf(picture, i % pictures.Variants), row);
            for (int f = 0; f < count; f++)
            {
                sums[f] += row[f];
                squares[f] += row[f] * row[f];
            }
        }

        double[] variances = [.. squares.Select((square, f) => Math.Max(0, (square / total) - (sums[f] / total * (sums[f] / total))))];
        double floor = Math.Max(VarianceFloor * variances.Average(), 1e-12);
        return ([.. sums.Select(sum => (float)(sum / total))], [.. variances.Select(variance => (float)(1 / Math.Sqrt(variance + floor)))]);
    }
}
