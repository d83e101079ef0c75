using Manifold.Index.Partitions;

namespace Manifold.Index.Tests.Partitions;

public sealed unsafe class RotationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(768)]
    public void Apply_KeepsDotProducts(int dimension)
    {
        var random = Seeds.Create();
        float[] a = Random(random, dimension), b = Random(random, dimension);
        float[] rotatedA = Apply(new Rotation(dimension, 1), a), rotatedB = Apply(new Rotation(dimension, 1), b);

        Assert.Equal(Dot(a, b), Dot(rotatedA, rotatedB), 1e-5 * dimension);
        Assert.Equal(Dot(a, a), Dot(rotatedA, rotatedA), 1e-5 * dimension);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(768)]
    public void Apply_ToAnAxis_SpreadsItOverAllElements(int dimension)
    {
        for (var axis = 0; axis < dimension; axis += 7)
        {
            var vector = new float[dimension];
            vector[axis] = 1;
            Assert.True(Apply(new Rotation(dimension, 1), vector).Max(MathF.Abs) < 8 / MathF.Sqrt(dimension), $"axis {axis}");
        }
    }

    [Fact]
    public void Apply_OfASeed_IsTheSameInEveryVersion()
    {
        // Part of the stored form: these numbers must not change.
        float[] vector = [.. Enumerable.Range(0, 12).Select(i => i + 1f)];
        float[] rotated = Apply(new Rotation(12, 7), vector);
        Assert.Equal(Golden, rotated.Select(x => MathF.Round(x, 2)));
    }

    private static readonly float[] Golden = [3.75f, 1.25f, 9.75f, 0.25f, 5.75f, 1.25f, -10.25f, -3.75f, 9.25f, -1.25f, 11.25f, 0.75f, 7.25f, -1.25f, -10.75f, -1.25f];

    private static float[] Apply(Rotation rotation, float[] vector)
    {
        var rotated = new float[rotation.RotatedDimension];
        fixed (float* source = vector, target = rotated)
            rotation.Apply(source, target);
        return rotated;
    }

    private static float[] Random(Random random, int dimension) => [.. Enumerable.Range(0, dimension).Select(_ => (float)(random.NextDouble() - 0.5))];

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
