using Orleans.Concurrency;

namespace Manifold.Grains;

[GatewayRole]
[StatelessWorker]
internal sealed class CoordinatorGrain(Coordinator coordinator) : Grain, ICoordinatorGrain
{
    public Task<CollectionHits> SearchAsync(CollectionSearch search, CancellationToken cancellationToken) => coordinator.SearchAsync(search, cancellationToken);

    public Task<CollectionItems> GetAsync(CollectionInfo collection, ShardGet get, CancellationToken cancellationToken) => coordinator.GetAsync(collection, get, cancellationToken);

    public Task<CollectionItems> ScrollAsync(CollectionInfo collection, ShardScroll scroll, CancellationToken cancellationToken) => coordinator.ScrollAsync(collection, scroll, cancellationToken);

    public Task<long> CountAsync(CollectionInfo collection, byte[]? filter, CancellationToken cancellationToken) => coordinator.CountAsync(collection, filter, cancellationToken);

    public Task<FacetCounts> FacetsAsync(CollectionInfo collection, FacetsAsk ask, CancellationToken cancellationToken) => coordinator.FacetsAsync(collection, ask, cancellationToken);
}
