using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.FakeServer;

public sealed class FakeCollections(FakeStore store) : Collections.CollectionsBase
{
    public override Task<Collection> Create(CreateCollectionRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        var collection = new Collection { Name = request.Name, ShardCount = Math.Max(request.ShardCount, 1), Spaces = { request.Spaces } };
        return Task.FromResult(store.Collections.GetOrAdd(request.Name, collection));
    }

    public override Task<Collection> Get(GetCollectionRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        return Task.FromResult(store.Collections.TryGetValue(request.Name, out var found)
            ? found
            : throw new RpcException(new Status(StatusCode.NotFound, $"there is no collection '{request.Name}'")));
    }

    public override Task<ListCollectionsResponse> List(ListCollectionsRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        return Task.FromResult(new ListCollectionsResponse { Collections = { store.Collections.Values.OrderBy(c => c.Name) } });
    }

    public override Task<DropCollectionResponse> Drop(DropCollectionRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        return store.Collections.TryRemove(request.Name, out _)
            ? Task.FromResult(new DropCollectionResponse())
            : throw new RpcException(new Status(StatusCode.NotFound, $"there is no collection '{request.Name}'"));
    }
}
