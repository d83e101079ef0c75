using System.Net;

namespace Manifold.Server.Tests;

/// <summary>What orchestrators and Prometheus ask: on the management port, and nowhere else.</summary>
public sealed class ManagementPortTests(ManagedServer shared)
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
}
