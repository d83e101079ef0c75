using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.FakeServer;

public sealed class FakeSearch(FakeStore store) : Search.SearchBase
{
    public override Task<QueryResponse> Query(QueryRequest request, ServerCallContext context)
    {
        store.LastQuery = request;
        store.ThrowIfAsked();
        return Task.FromResult(store.QueryAnswer);
    }
}
