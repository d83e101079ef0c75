using Grpc.Net.Client;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary><c>manifold serve</c> in a process of its own, on loopback and a free port, and the generated clients for it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Ready = "Manifold listens on ";

    private readonly ToolProcess _process;
    private readonly GrpcChannel _channel;

    private ServerProcess(ToolProcess process, Uri address)
    {
        _process = process;
        Address = address;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Collections = new V1.Collections.CollectionsClient(_channel);
        Items = new V1.Items.ItemsClient(_channel);
        Search = new V1.Search.SearchClient(_channel);
        Cluster = new V1.Cluster.ClusterClient(_channel);
    }

    public Uri Address { get; }

    public V1.Collections.CollectionsClient Collections { get; }

    public V1.Items.ItemsClient Items { get; }

    public V1.Search.SearchClient Search { get; }

    public V1.Cluster.ClusterClient Cluster { get; }

    public bool IsRunning => !_process.HasExited;

    /// <summary>It was told to die, so that calls fail from now on.</summary>
    public bool IsKilled { get; private set; }

    public int ProcessId => _process.Id;

    /// <summary>What it logged.</summary>
    public string Log => _process.Errors;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts a server and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string data, params IEnumerable<(string Key, string Value)> settings)
    {
        var process = Launch(data, port: 0, settings);
        try
        {
            var line = await process.WaitForLineAsync(Cancel);
            return new ServerProcess(process, new Uri(line[Ready.Length..].Split(' ')[0]));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The process alone: for servers that are not expected to start.</summary>
    public static ToolProcess Launch(string data, int port, params IEnumerable<(string Key, string Value)> settings) => ToolProcess.Start(
        Repository.Dotnet,
        [Repository.Tool, "serve", "--data", data, "--port", $"{port}", "--http-port", "0"],
        environment: settings.Select(s => KeyValuePair.Create(s.Key.Replace(":", "__", StringComparison.Ordinal), (string?)s.Value)),
        awaitedPrefix: Ready);

    /// <summary>SIGKILL: no handler of the server runs.</summary>
    public Task KillAsync()
    {
        IsKilled = true;
        return _process.KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _process.DisposeAsync();
    }
}
