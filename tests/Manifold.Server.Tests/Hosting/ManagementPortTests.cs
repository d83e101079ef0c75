using System.Net;

namespace Manifold.Server.Tests;

/// <summary>What orchestrators and Prometheus ask: on the management port, and nowhere else.</summary>
public sealed class ManagementPortTests(ManagementPortTests.ServerWithPort shared) : IClassFixture<ManagementPortTests.ServerWithPort>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Management => shared.Server.HttpAddress!;

    [Fact]
    public async Task Get_Metrics_HasThoseOfOrleansTheRuntimeAndRequests()
    {
        // One request that is over, so that there is one to count.
        await shared.Http.GetStringAsync(new Uri(Management, "/health"), Cancel);

        using var answer = await shared.Http.GetAsync(new Uri(Management, "/metrics"), Cancel);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        string[] expected = ["orleans_grains", "dotnet_gc_collections_total", "dotnet_process_memory_working_set_bytes", "http_server_request_duration_seconds_bucket"];
        Assert.All(expected, name => Assert.Matches($@"(?m)^{name}(\{{[^}}\n]*\}})? [0-9.eE+]+", text));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Get_HealthAndAlive_Healthy(string path) => Assert.Equal("Healthy", await shared.Http.GetStringAsync(new Uri(Management, path), Cancel));

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/metrics")]
    public async Task Get_FromTheGrpcPort_NotFound(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shared.Server.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        // The port is told by the connection, not by what a caller writes into a header.
        request.Headers.Host = Management.Authority;
        using var answer = await shared.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <summary>A server with a management port.</summary>
    public sealed class ServerWithPort : IAsyncLifetime
    {
        private readonly TemporaryFolder _data = new();
        private TestServer? _server;

        public TestServer Server => _server!;

        public HttpClient Http { get; } = new();

        // Not set: beside a free gRPC port it is a free one too.
        public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(_data.Path, ("Manifold:HttpPort", ""));

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }
            _data.Dispose();
        }
    }
}
