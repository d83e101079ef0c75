using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Manifold.Client;
using Manifold.Encoders.Tests;
using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>
/// A cluster of three silos in this process, over a real Redis: one for shards, one for shards and encoders, one gateway, and the client of it. "texts" has four shards of two
/// replicas and an encoder, "points" one shard with more vectors than it takes for an index.
/// </summary>
public sealed class ThreeSilos : IAsyncLifetime
{
    public const string Name = "three silos", Texts = "texts", Points = "points";
    public const int Shards = 4, Dimension = 8;

    private const int Rows = 40_000;

    private readonly TemporaryFolder _folder = new();
    private readonly TestBundle _bundle = new();
    private readonly List<ManifoldHost> _silos = [];
    private readonly HttpClient _http = new();
    private RedisServer? _redis;
    private ManifoldClient? _client;
    private Task? _work;

    /// <summary>All that was measured since the cluster began.</summary>
    public Measurements Measurements { get; } = new();

    /// <summary>Of the gateway.</summary>
    public ManifoldClient Client => _client!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        foreach (var roles in new[] { "shard", "shard,encoder", "gateway" })
        {
            _silos.Add(await StartAsync(roles));
        }
        foreach (var silo in _silos)
        {
            await Eventually.HoldsAsync(async () => (await _http.GetAsync(new Uri(silo.HttpAddress!, "/health"), Cancel)).IsSuccessStatusCode);
        }
        _client = new ManifoldClient(_silos[^1].Address!, new ManifoldClientOptions { Timeout = TimeSpan.FromMinutes(1) });
        await _client.CreateCollectionAsync(Texts, Space.OfBundle("tests"), Shards, replicaCount: 2, Cancel);
        await _client.UpsertAsync(Texts, [.. Enumerable.Range(0, 100).Select(i => ItemInput.FromText($"{i}", $"text {i}", new Dictionary<string, object> { ["title"] = $"number {i}" }))], Acknowledgement.Replicated, Cancel);
    }

    /// <summary>Does, once, what makes a server tell all that it has to tell: writes, deletes, seals, indexes, items that are encoded again, searches of each kind, and one by an index that is checked.</summary>
    public Task WorkAsync() => _work ??= DoWorkAsync();

    /// <summary>What Prometheus is told by each silo.</summary>
    public async Task<IReadOnlyList<string>> ScrapeAsync() =>
        [.. await Task.WhenAll(_silos.Select(silo => _http.GetStringAsync(new Uri(silo.HttpAddress!, "/metrics"), Cancel)))];

    public async ValueTask DisposeAsync()
    {
        Measurements.Dispose();
        _client?.Dispose();
        _http.Dispose();

        // The gateway first: what asks goes before what answers.
        foreach (var silo in _silos.AsEnumerable().Reverse())
        {
            await silo.DisposeAsync();
        }
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
        _bundle.Dispose();
        _folder.Dispose();
    }

    private async Task DoWorkAsync()
    {
        await Client.CreateCollectionAsync(Points, Space.OfVectors(Dimension, Metric.L2), 1, replicaCount: 2, Cancel);
        var random = new Random(7);
        await Client.IngestAsync(
            Points, Enumerable.Range(0, Rows).Select(i => ItemInput.FromVector($"{i}", Vector(random))).ToAsyncEnumerable(), cancellationToken: Cancel);
        await Client.DeleteAsync(Texts, ["1"], cancellationToken: Cancel);
        await Client.UpdateAttributesAsync(Texts, [new AttributeUpdate { Id = "2", Set = new Dictionary<string, object> { ["title"] = "two" } }], cancellationToken: Cancel);
        await Client.SearchAsync(Texts, new SearchQuery { Match = new TextMatch("number") }, Cancel);
        await Client.SearchAsync(Texts, new SearchQuery { Parts = [QueryPart.FromText("text 3")] }, Cancel);
        await Client.SearchAsync(Texts, new SearchQuery { Parts = [QueryPart.FromText("text 3"), QueryPart.FromItem("4")] }, Cancel);
        await Eventually.HoldsAsync(async () =>
        {
            await Client.SearchAsync(Points, new SearchQuery { Parts = [QueryPart.FromVector(Vector(random))], Recall = 0.7 }, Cancel);
            return Measurements.Of("manifold.search.recall", $"collection={Points}").Count > 0;
        });
        await Client.CreateCollectionAsync("changing", Space.OfBundle("tests"), 2, replicaCount: 2, Cancel);
        await Client.UpsertAsync("changing", [ItemInput.FromText("a", "a text"), ItemInput.FromText("b", "another")], cancellationToken: Cancel);
        await Client.AddSpaceAsync("changing", Space.OfBundle("tests") with { Name = "second" }, cancellationToken: Cancel);
        await Eventually.HoldsAsync(async () => (await Client.GetCollectionAsync("changing", Cancel)).Reencoding is { IsComplete: true, Encoded: 2 });
        await Eventually.HoldsAsync(() => Measurements.Of("manifold.replicas.compared", "result=same").Sum() > 0);
    }

    private static float[] Vector(Random random) => [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];

    private async Task<ManifoldHost> StartAsync(string roles) => await ManifoldHost.StartAsync(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = _redis!.Endpoint,
            ["Orleans:Endpoints:SiloPort"] = FreePort().ToString(CultureInfo.InvariantCulture),
            ["Manifold:Name"] = $"silo-{_silos.Count}",
            ["Manifold:Roles"] = roles,
            ["Manifold:Data"] = Path.Combine(_folder.Path, $"silo-{_silos.Count}"),
            ["Manifold:SegmentStore"] = $"file://{_folder.Path}/segments",
            ["Manifold:Port"] = "0",
            ["Manifold:HttpPort"] = "",
            ["Manifold:Encoders:BundleFolders:0"] = _bundle.Folder,
            ["Manifold:Encoders:PreparationThreads"] = "1",
            ["Manifold:Encoders:MaxBatchWait"] = "00:00:01",
            ["Manifold:Shards:SealAfterBytes"] = "2000000",
            ["Manifold:Shards:RecallSamplingShare"] = "1",
            ["Manifold:Shards:RecallSamplingTime"] = "1",
            ["Manifold:Tracing"] = "true",
            ["Manifold:Placement:Settle"] = "00:00:01",
            ["Manifold:Placement:CompareEvery"] = "00:00:02",
            ["Logging:LogLevel:Default"] = "Error",
        },
        Cancel);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Tests of the one cluster, one after the other, while no other server ends: see <see cref="AloneCollection"/>.</summary>
[CollectionDefinition(ThreeSilos.Name, DisableParallelization = true)]
public sealed class ThreeSilosCollection : ICollectionFixture<ThreeSilos>;
