[assembly: AssemblyFixture(typeof(Manifold.Server.Tests.ManagedServer))]

namespace Manifold.Server.Tests;

/// <summary>A server with a management port, shared by the tests that only ask it.</summary>
public sealed class ManagedServer : IAsyncLifetime
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
