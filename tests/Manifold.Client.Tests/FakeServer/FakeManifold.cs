using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Manifold.FakeServer;

/// <summary>A server of manifold.v1 on a free loopback port that keeps items in memory and fails when it is asked to.</summary>
public sealed class FakeManifold : IAsyncDisposable
{
    private readonly WebApplication _application;

    private FakeManifold(WebApplication application, FakeStore store)
    {
        _application = application;
        Store = store;
        Address = new Uri(application.Urls.Single());
    }

    public FakeStore Store { get; }

    public Uri Address { get; }

    public static async Task<FakeManifold> StartAsync(CancellationToken cancellationToken)
    {
        var store = new FakeStore();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(o => o.MaxReceiveMessageSize = 64 * 1024 * 1024);
        builder.Services.AddSingleton(store);
        var application = builder.Build();
        application.MapGrpcService<FakeCollections>();
        application.MapGrpcService<FakeItems>();
        application.MapGrpcService<FakeSearch>();
        application.MapGrpcService<FakeEncoders>();
        application.MapGrpcService<FakeCluster>();
        await application.StartAsync(cancellationToken);
        return new FakeManifold(application, store);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
