using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.FakeServer;

public sealed class FakeItems(FakeStore store) : Items.ItemsBase
{
    public override Task<WriteResponse> Upsert(UpsertRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        return Task.FromResult(store.Write(request));
    }

    public override Task<WriteResponse> Delete(DeleteRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        foreach (var id in request.Ids)
            store.Items.TryRemove(id, out _);
        return Task.FromResult(new WriteResponse { Written = request.Ids.Count });
    }

    public override Task<WriteResponse> UpdateAttributes(UpdateAttributesRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        store.LastUpdate = request;
        var there = request.Updates.Count(update => store.Items.ContainsKey(update.Id));
        return Task.FromResult(new WriteResponse { Written = there });
    }

    public override Task<GetResponse> Get(GetRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        return Task.FromResult(new GetResponse { Items = { request.Ids.Where(store.Items.ContainsKey).Select(id => store.Items[id]) } });
    }

    public override Task<ScrollResponse> Scroll(ScrollRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        var rest = store.Items.Values.OrderBy(i => i.Id, StringComparer.Ordinal).Where(i => string.CompareOrdinal(i.Id, request.After) > 0).ToArray();
        var page = rest.Take(request.Limit).ToArray();
        return Task.FromResult(new ScrollResponse { Items = { page }, Next = rest.Length > page.Length ? page[^1].Id : "" });
    }

    public override Task<CountResponse> Count(CountRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        store.LastFilter = request.Filter;
        return Task.FromResult(new CountResponse { Count = store.Items.Count });
    }

    public override Task<FacetsResponse> Facets(FacetsRequest request, ServerCallContext context)
    {
        store.ThrowIfAsked();
        store.LastFilter = request.Filter;
        return Task.FromResult(new FacetsResponse
        {
            Values = { new FacetValue { Value = new AttributeValue { StringValue = request.Attribute }, Count = request.Limit }, new FacetValue { Value = new AttributeValue { BoolValue = true }, Count = 1 } },
            HasMore = true,
            Complete = true,
            Numbers = new FacetRange { Min = new AttributeValue { NumberValue = 0.5 }, Max = new AttributeValue { NumberValue = 2 }, Count = 7, Buckets = { Enumerable.Repeat(3L, request.Edges.Count) } },
        });
    }

    public override async Task Ingest(IAsyncStreamReader<UpsertRequest> requestStream, IServerStreamWriter<WriteResponse> responseStream, ServerCallContext context)
    {
        store.CountStream();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var answer = store.Write(request);
            if (store.DropAnswer(store.CountBatch()))
                throw new RpcException(new Status(StatusCode.Unavailable, "the stream is dropped"));
            await responseStream.WriteAsync(answer, context.CancellationToken);
        }
    }
}
