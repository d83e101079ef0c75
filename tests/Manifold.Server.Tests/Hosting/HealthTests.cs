using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;

namespace Manifold.Server.Tests;

/// <summary>What monitors and tools ask of a server.</summary>
public sealed class HealthTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_WholeServer_Serving()
    {
        var health = new Health.HealthClient(_server.Channel);
        var answer = await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Cancel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    [Fact]
    public async Task Reflection_ListServices_HasTheWire()
    {
        var reflection = new ServerReflection.ServerReflectionClient(_server.Channel);
        using var call = reflection.ServerReflectionInfo(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Cancel);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Cancel));

        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(s => s.Name).ToArray();
        string[] expected = ["manifold.v1.Cluster", "manifold.v1.Collections", "manifold.v1.Encoders", "manifold.v1.Items", "manifold.v1.Search", "grpc.health.v1.Health"];
        Assert.Superset(expected.ToHashSet(), services.ToHashSet());
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Http_HealthAndAlive_AnswerOnAPortOfTheirOwn(string path)
    {
        using var folder = new TemporaryFolder();
        var port = FreePort();
        await using var server = await TestServer.StartAsync(folder.Path, ("Manifold:HttpPort", $"{port}"));
        Assert.Equal(port, server.HttpAddress?.Port);
        Assert.NotEqual(port, server.Address.Port);
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(server.HttpAddress!.Host)));

        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(server.HttpAddress, path), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Http_PortZero_IsOff()
    {
        Assert.Null(_server.HttpAddress);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(_server.Address, "/health"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Http_PortNotSetBesideAFreeGrpcPort_IsAFreeOneToo()
    {
        using var folder = new TemporaryFolder();
        await using var host = await ManifoldHost.StartAsync(
            [new("Manifold:Data", folder.Path), new("Manifold:Port", "0"), new("Logging:LogLevel:Default", "Error")], Cancel);
        using var http = new HttpClient();
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri(host.HttpAddress!, "/alive"), Cancel));
    }

    [Fact]
    public async Task AnyCall_UnknownMethod_Unimplemented()
    {
        var method = new Method<HealthCheckRequest, HealthCheckResponse>(
            MethodType.Unary, "manifold.v1.Search", "NoSuchMethod",
            Marshallers.Create(_ => Array.Empty<byte>(), _ => new HealthCheckRequest()), Marshallers.Create(_ => Array.Empty<byte>(), _ => new HealthCheckResponse()));
        var call = _server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancel), new HealthCheckRequest());
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
