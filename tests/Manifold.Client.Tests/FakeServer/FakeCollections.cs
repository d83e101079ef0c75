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
        if (!store.Collections.TryGetValue(request.Name, out var found))
            throw new RpcException(new Status(StatusCode.NotFound, $"there is no collection '{request.Name}'"));
        if (found.Reencoding is { Complete: false } reencoding)
            reencoding.Complete = ++reencoding.Encoded == reencoding.Items - reencoding.Failed;
        return Task.FromResult(found);
    }

    /// <summary>An item is encoded each time that somebody looks, of two; a third one fails.</summary>
    public override Task<Collection> AddSpace(AddSpaceRequest request, ServerCallContext context)
    {
        store.LastAddSpace = request;
        var collection = store.Collections[request.Name];
        collection.Spaces.Add(request.Space);
        collection.Reencoding = new CollectionReencoding { Space = request.Space.Name, Rate = request.Rate, Items = 3, Failed = 1, Failures = { new ReencodingFailure { Id = "c", Reason = "no content_uri" } } };
        return Task.FromResult(collection);
    }

    public override Task<Collection> SwitchSpace(SwitchSpaceRequest request, ServerCallContext context)
    {
        var collection = store.Collections[request.Name];
        if (!request.Force && collection.Reencoding is { Complete: false })
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "items are still being encoded"));
        var spaces = collection.Spaces.OrderBy(space => space.Name != request.Space).ToArray();
        collection.Spaces.Clear();
        collection.Spaces.AddRange(spaces);
        return Task.FromResult(collection);
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
