namespace Manifold.Index.Tests.Kernels;

/// <summary>The dimensions at which kernels are tested, and random vectors from a printed seed.</summary>
internal static class KernelCases
{
    /// <summary>Every remainder of every register width on both sides of the change of kernel, then the usual sizes of embeddings.</summary>
    public static IEnumerable<int> Dimensions { get; } = [.. Enumerable.Range(1, 130), 255, 256, 300, 384, 512, 768, 1000, 1536];

    public static TheoryData<Metric> Metrics { get; } = [Metric.Cosine, Metric.InnerProduct, Metric.L2];

    /// <summary>A generator whose seed is written to the test's output; another one in every run.</summary>
    public static Random NewRandom()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    /// <summary>Elements between −1 and 1.</summary>
    public static float[] NextVector(this Random random, int dimension)
    {
        float[] vector = new float[dimension];
        random.Fill(vector);
        return vector;
    }

    /// <summary>Elements between −1 and 1.</summary>
    public static void Fill(this Random random, Span<float> vector)
    {
        foreach (ref float element in vector)
            element = (random.NextSingle() * 2) - 1;
    }
}
