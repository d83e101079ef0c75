namespace Manifold.Index.Partitions;

/// <summary>Squared lengths with which estimates of scores stay well within float32, whose range is 1e-38 to 3e38: products of two of them, and their sums, neither overflow nor vanish.</summary>
internal static class PlainSquares
{
    public const float Least = 1e-16f, Most = 1e16f;
}
