using Orleans.Concurrency;

namespace Manifold.Grains;

/// <summary>The <see cref="Coordinator"/> of a gateway, for other silos and clients of Orleans. Stateless; key 0.</summary>
[Alias("manifold.ICoordinatorGrain")]
public interface ICoordinatorGrain : IGrainWithIntegerKey
{
    [AlwaysInterleave]
    [Alias("Search")]
    Task<CollectionHits> SearchAsync(CollectionSearch search, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Get")]
    Task<CollectionItems> GetAsync(CollectionInfo collection, ShardGet get, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Scroll")]
    Task<CollectionItems> ScrollAsync(CollectionInfo collection, ShardScroll scroll, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Count")]
    Task<long> CountAsync(CollectionInfo collection, byte[]? filter, CancellationToken cancellationToken);

    [AlwaysInterleave]
    [Alias("Facets")]
    Task<FacetCounts> FacetsAsync(CollectionInfo collection, FacetsAsk ask, CancellationToken cancellationToken);
}
