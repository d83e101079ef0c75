using Grpc.Net.Client;
using Manifold.Protocol.V1;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>A server in this process, called through the generated clients so that the wire itself is tested.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private static int _names;

    private readonly ManifoldHost _host;
    private readonly GrpcChannel _channel;

    private TestServer(ManifoldHost host)
    {
        _host = host;
        _channel = GrpcChannel.ForAddress(host.Address!, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Collections = new V1.Collections.CollectionsClient(_channel);
        Items = new V1.Items.ItemsClient(_channel);
        Search = new V1.Search.SearchClient(_channel);
        Encoders = new V1.Encoders.EncodersClient(_channel);
        Cluster = new V1.Cluster.ClusterClient(_channel);
    }

    public Uri Address => _host.Address!;

    public Uri? HttpAddress => _host.HttpAddress;

    public GrpcChannel Channel => _channel;

    public V1.Collections.CollectionsClient Collections { get; }

    public V1.Items.ItemsClient Items { get; }

    public V1.Search.SearchClient Search { get; }

    public V1.Encoders.EncodersClient Encoders { get; }

    public V1.Cluster.ClusterClient Cluster { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TestServer> StartAsync(string data, params IEnumerable<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Manifold:Data"] = data,
            ["Manifold:Port"] = "0",
            ["Manifold:HttpPort"] = "0",
            ["Logging:LogLevel:Default"] = "Error",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }
        return new TestServer(await ManifoldHost.StartAsync(all, Cancel));
    }

    /// <summary>A name that no other test has.</summary>
    public static string NewName() => $"things-{Interlocked.Increment(ref _names)}";

    /// <summary>Creates a collection with one space "default", vectors only.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateAsync(int dimension = 4, Metric metric = Metric.InnerProduct, int shards = 1) =>
        await CreateAsync(shards, new Space { Dimension = dimension, Metric = metric });

    public async Task<string> CreateAsync(int shards, params Space[] spaces) =>
        (await CreateAsync(new CreateCollectionRequest { Name = NewName(), ShardCount = shards, Spaces = { spaces } })).Name;

    public async Task<Collection> CreateAsync(CreateCollectionRequest request) => await Collections.CreateAsync(request, cancellationToken: Cancel);

    public async Task<Collection> GetAsync(GetCollectionRequest request) => await Collections.GetAsync(request, cancellationToken: Cancel);

    public async Task<IReadOnlyList<Collection>> ListAsync() => (await Collections.ListAsync(new ListCollectionsRequest(), cancellationToken: Cancel)).Collections;

    public async Task DropAsync(string name) => await Collections.DropAsync(new DropCollectionRequest { Name = name }, cancellationToken: Cancel);

    public async Task<WriteResponse> UpsertAsync(UpsertRequest request) => await Items.UpsertAsync(request, cancellationToken: Cancel);

    public Task<WriteResponse> UpsertAsync(string collection, params IEnumerable<ItemInput> items) => UpsertAsync(Requests.Upsert(collection, items));

    public async Task<WriteResponse> UpdateAttributesAsync(UpdateAttributesRequest request) => await Items.UpdateAttributesAsync(request, cancellationToken: Cancel);

    public async Task<WriteResponse> DeleteAsync(DeleteRequest request) => await Items.DeleteAsync(request, cancellationToken: Cancel);

    public Task<WriteResponse> DeleteAsync(string collection, params IEnumerable<string> ids) =>
        DeleteAsync(new DeleteRequest { Collection = collection, Ids = { ids } });

    public async Task<IReadOnlyList<Item>> GetAsync(GetRequest request) => (await Items.GetAsync(request, cancellationToken: Cancel)).Items;

    public async Task<ScrollResponse> ScrollAsync(ScrollRequest request) => await Items.ScrollAsync(request, cancellationToken: Cancel);

    /// <summary>All items of a collection, page by page.</summary>
    public async Task<List<Item>> ScrollAllAsync(string collection, int page = 100, Filter? filter = null, bool withVectors = false)
    {
        var items = new List<Item>();
        var after = "";
        do
        {
            var answer = await ScrollAsync(new ScrollRequest { Collection = collection, Limit = page, After = after, Filter = filter, WithVectors = withVectors });
            Assert.True(answer.Items.Count <= page, "no page is larger than asked for");
            items.AddRange(answer.Items);
            after = answer.Next;
        }
        while (after.Length > 0);
        return items;
    }

    public async Task<long> CountAsync(string collection, Filter? filter = null) =>
        (await Items.CountAsync(new CountRequest { Collection = collection, Filter = filter }, cancellationToken: Cancel)).Count;

    public async Task<FacetsResponse> FacetsAsync(FacetsRequest request) => await Items.FacetsAsync(request, cancellationToken: Cancel);

    public async Task<QueryResponse> QueryAsync(QueryRequest request) => await Search.QueryAsync(request, cancellationToken: Cancel);

    public async Task<EncodeResponse> EncodeAsync(EncodeRequest request) => await Encoders.EncodeAsync(request, cancellationToken: Cancel);

    public async Task<IReadOnlyList<Bundle>> ListBundlesAsync() => (await Encoders.ListBundlesAsync(new ListBundlesRequest(), cancellationToken: Cancel)).Bundles;

    public async Task<StatusResponse> GetStatusAsync() => await Cluster.StatusAsync(new StatusRequest(), cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
    }
}
