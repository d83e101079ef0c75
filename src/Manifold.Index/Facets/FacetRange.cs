namespace Manifold.Index;

/// <summary>The numbers, or the times, of an attribute.</summary>
/// <param name="Min">The least one.</param>
/// <param name="Max">The greatest one.</param>
/// <param name="Count">Items that have one.</param>
/// <param name="Buckets">Items below the first edge, then from each edge to before the next, the last without an end; empty where no edges of the kind were given.</param>
public sealed record FacetRange(AttributeValue Min, AttributeValue Max, long Count, IReadOnlyList<long> Buckets)
{
    /// <summary>Both together; null stands for no values.</summary>
    public static FacetRange? Merge(FacetRange? a, FacetRange? b) => a is null || b is null
        ? a ?? b
        : new FacetRange(
            KeyOf(a.Min) <= KeyOf(b.Min) ? a.Min : b.Min,
            KeyOf(a.Max) >= KeyOf(b.Max) ? a.Max : b.Max,
            a.Count + b.Count,
            [.. a.Buckets.Zip(b.Buckets, (x, y) => x + y)]);

    /// <summary>A key in the order of the values.</summary>
    internal static long KeyOf(AttributeValue value) => value.Kind == AttributeKind.Number ? SortedColumn.KeyOf(value.AsNumber) : value.AsUnixMicroseconds;
}
