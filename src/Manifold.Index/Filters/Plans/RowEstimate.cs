namespace Manifold.Index;

/// <summary>How many rows match, as far as it is known without looking at them.</summary>
/// <param name="AtLeast">A lower bound.</param>
/// <param name="Expected">The best guess, conditions taken as independent of each other.</param>
/// <param name="AtMost">An upper bound.</param>
internal readonly record struct RowEstimate(int AtLeast, int Expected, int AtMost)
{
    /// <summary>Whether the number is known.</summary>
    public bool IsExact => AtLeast == AtMost;

    public static RowEstimate Exactly(int count) => new(count, count, count);
}
