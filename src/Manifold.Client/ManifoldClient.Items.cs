using System.Runtime.CompilerServices;
using Grpc.Core;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

public sealed partial class ManifoldClient
{
    /// <summary>
    /// Inserts items, or replaces those with the same ids. A bad item fails alone and is named in the result; the others are written. Retries write once.
    /// </summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="items">Up to the server's batch limit, 1,000 by default; for more use <see cref="IngestAsync"/>.</param>
    /// <param name="acknowledgement">How much is certain when this returns.</param>
    /// <param name="cancellationToken">Ends the call; the write may have happened.</param>
    /// <exception cref="ArgumentException">An attribute is of no kind that an attribute can have.</exception>
    public async Task<WriteResult> UpsertAsync(
        string collection,
        IReadOnlyList<ItemInput> items,
        Acknowledgement acknowledgement = Acknowledgement.Default,
        CancellationToken cancellationToken = default)
    {
        var request = new V1.UpsertRequest { Collection = collection, Acknowledgement = (V1.Acknowledgement)acknowledgement };
        request.Items.AddRange(items.Select(WireMapping.ToWire));
        return await WriteAsync(writer => request.Writer = writer, o => _items.UpsertAsync(request, o), cancellationToken);
    }

    /// <summary>Deletes items; an id that is not there is no error. Retries are safe.</summary>
    public async Task<WriteResult> DeleteAsync(
        string collection,
        IReadOnlyList<string> ids,
        Acknowledgement acknowledgement = Acknowledgement.Default,
        CancellationToken cancellationToken = default)
    {
        var request = new V1.DeleteRequest { Collection = collection, Acknowledgement = (V1.Acknowledgement)acknowledgement };
        request.Ids.AddRange(ids);
        return await WriteAsync(writer => request.Writer = writer, o => _items.DeleteAsync(request, o), cancellationToken);
    }

    /// <summary>
    /// Changes attributes of items, which keep everything else. An item that is not there fails alone and is named in the result; the others are changed. Retries write once.
    /// </summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="updates">Up to the server's batch limit, 1,000 by default; each item once.</param>
    /// <param name="acknowledgement">How much is certain when this returns.</param>
    /// <param name="cancellationToken">Ends the call; the write may have happened.</param>
    /// <exception cref="ArgumentException">An attribute is of no kind that an attribute can have.</exception>
    public async Task<WriteResult> UpdateAttributesAsync(
        string collection,
        IReadOnlyList<AttributeUpdate> updates,
        Acknowledgement acknowledgement = Acknowledgement.Default,
        CancellationToken cancellationToken = default)
    {
        var request = new V1.UpdateAttributesRequest { Collection = collection, Acknowledgement = (V1.Acknowledgement)acknowledgement };
        request.Updates.AddRange(updates.Select(WireMapping.ToWire));
        return await WriteAsync(writer => request.Writer = writer, o => _items.UpdateAttributesAsync(request, o), cancellationToken);
    }

    /// <summary>The items with these ids, in their order; those that are not there are left out.</summary>
    public async Task<IReadOnlyList<Item>> GetAsync(
        string collection, IReadOnlyList<string> ids, bool withVectors = false, CancellationToken cancellationToken = default)
    {
        var request = new V1.GetRequest { Collection = collection, WithVectors = withVectors };
        request.Ids.AddRange(ids);
        var response = await InvokeAsync(o => _items.GetAsync(request, o), cancellationToken);
        return [.. response.Items.Select(WireMapping.FromWire)];
    }

    /// <summary>All items that meet a filter, in ascending order of id, read page by page as they are asked for.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="filter">Null for all items.</param>
    /// <param name="withVectors">Whether the items carry their vectors.</param>
    /// <param name="pageSize">Items a call, 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<Item> ScrollAsync(
        string collection,
        Filter? filter = null,
        bool withVectors = false,
        int pageSize = 100,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var after = "";
        do
        {
            var request = new V1.ScrollRequest
            {
                Collection = collection,
                Filter = filter?.Message,
                Limit = pageSize,
                After = after,
                WithVectors = withVectors,
            };
            var page = await InvokeAsync(o => _items.ScrollAsync(request, o), cancellationToken);
            foreach (var item in page.Items)
                yield return WireMapping.FromWire(item);
            after = page.Next;
        }
        while (after.Length > 0);
    }

    /// <summary>The number of items, or of those that meet a filter.</summary>
    public async Task<long> CountAsync(string collection, Filter? filter = null, CancellationToken cancellationToken = default)
    {
        var request = new V1.CountRequest { Collection = collection, Filter = filter?.Message };
        return (await InvokeAsync(o => _items.CountAsync(request, o), cancellationToken)).Count;
    }

    /// <summary>Which values an attribute has, and how many items have each.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="attribute">The attribute's name; one that no item has gives nothing, and is no error.</param>
    /// <param name="filter">Only items that meet it; null for all.</param>
    /// <param name="limit">Strings and booleans wanted, 1 to 10,000.</param>
    /// <param name="edges">Where buckets begin: numbers or <see cref="DateTimeOffset"/>s, strictly ascending; null for no buckets.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">An edge is of no kind that an attribute can have.</exception>
    public async Task<FacetResult> FacetsAsync(
        string collection,
        string attribute,
        Filter? filter = null,
        int limit = 10,
        IEnumerable<object>? edges = null,
        CancellationToken cancellationToken = default)
    {
        var request = new V1.FacetsRequest { Collection = collection, Attribute = attribute, Filter = filter?.Message, Limit = limit };
        request.Edges.AddRange((edges ?? []).Select(edge => AttributeMapping.ToWire(attribute, edge)));
        return WireMapping.FromWire(await InvokeAsync(o => _items.FacetsAsync(request, o), cancellationToken));
    }

    /// <summary>Calls with a writer of its own, so that a repetition writes once.</summary>
    private async Task<WriteResult> WriteAsync(
        Action<V1.WriterSequence> sign, Func<CallOptions, AsyncUnaryCall<V1.WriteResponse>> call, CancellationToken cancellationToken, [CallerMemberName] string method = "")
    {
        var writer = _writers.Rent();
        sign(writer);
        try
        {
            return WireMapping.FromWire(await InvokeAsync(call, cancellationToken, method: method));
        }
        finally
        {
            _writers.Return(writer);
        }
    }
}
