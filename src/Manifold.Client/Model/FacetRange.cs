namespace Manifold.Client;

/// <summary>The numbers, or the times, of an attribute.</summary>
/// <param name="Min">The least: a <see cref="double"/> or a <see cref="DateTimeOffset"/>.</param>
/// <param name="Max">The greatest.</param>
/// <param name="Count">Items that have one.</param>
/// <param name="Buckets">Items below the first edge, then from each edge to before the next, the last without an end; empty where no edges of the kind were given.</param>
public sealed record FacetRange(object Min, object Max, long Count, IReadOnlyList<long> Buckets);
