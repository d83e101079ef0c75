using Manifold.Encoders.Tests;

[assembly: AssemblyFixture(typeof(Manifold.Server.Tests.SharedServer))]

namespace Manifold.Server.Tests;

/// <summary>
/// The server that all tests share, each with collections of its own. It seals after 16 KiB, so that most tests meet segments as well as growing rows,
/// and has the bundle "tests" (<see cref="TestBundle"/>).
/// </summary>
public sealed class SharedServer : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private readonly TestBundle _bundle = TestBundle.WithAudio();
    private TestServer? _server;

    public TestServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        _data.Path, ("Manifold:Shards:SealAfterBytes", "16384"), ("Manifold:Encoders:BundleFolders:0", _bundle.Folder));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        _bundle.Dispose();
        _data.Dispose();
    }
}
