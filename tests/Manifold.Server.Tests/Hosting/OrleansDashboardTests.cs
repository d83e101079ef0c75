using System.Net;

namespace Manifold.Server.Tests;

/// <summary>Orleans' dashboard is where it was asked for, on the management port, and nowhere else.</summary>
public sealed class OrleansDashboardTests(ManagedServer shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/dashboard")]
    [InlineData("/dashboard/DashboardCounters")]
    public async Task Get_WithoutTheSwitch_NotFound(string path)
    {
        using var answer = await shared.Http.GetAsync(new Uri(shared.Server.HttpAddress!, path), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Get_WithTheSwitch_OnTheManagementPortOnly()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder.Path, ("Manifold:OrleansDashboard", "true"), ("Manifold:HttpPort", ""));
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(server.HttpAddress!.Host)));
        Assert.Contains("<html", await shared.Http.GetStringAsync(new Uri(server.HttpAddress, "/dashboard/"), Cancel), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("CatalogGrain", await shared.Http.GetStringAsync(new Uri(server.HttpAddress, "/dashboard/GrainTypes"), Cancel), StringComparison.Ordinal);
        using (var trace = await shared.Http.GetAsync(new Uri(server.HttpAddress, "/dashboard/Trace"), Cancel))
        {
            Assert.Equal(HttpStatusCode.Forbidden, trace.StatusCode);
        }
        foreach (var path in new[] { "/dashboard", "/dashboard/", "/dashboard/GrainTypes", "/dashboard/index.min.js" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.Host = server.HttpAddress.Authority;
            using var answer = await shared.Http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}
