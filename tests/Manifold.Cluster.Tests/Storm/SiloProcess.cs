using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>One silo of a cluster: <c>manifold serve</c> in a process of its own that can be killed, paused, stopped in order and started again under its name, ports and folder.</summary>
internal sealed class SiloProcess(string name, string roles, string folder, IReadOnlyList<(string Key, string Value)> settings) : IAsyncDisposable
{
    private const string Ready = "Manifold listens on ";

    private readonly int _siloPort = FreePort(), _port = FreePort(), _httpPort = FreePort();
    private readonly List<string> _logs = [];
    private ToolProcess? _process;
    private GrpcChannel? _channel;

    public string Name => name;

    public string Roles => roles;

    /// <summary>Its data folder.</summary>
    public string Folder => folder;

    public bool IsShard => roles.Contains("shard", StringComparison.Ordinal);

    public bool IsGateway => roles.Contains("gateway", StringComparison.Ordinal);

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What it logged, over all its lives.</summary>
    public string Log => string.Join('\n', _logs.Append(_process?.Errors ?? ""));

    /// <summary>For calls to it; the same over all its lives.</summary>
    public GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress($"http://127.0.0.1:{_port}", new GrpcChannelOptions
    {
        MaxReceiveMessageSize = null,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
        MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
    });

    public V1.Cluster.ClusterClient Cluster => new(Channel);

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_process is { } before)
        {
            _logs.Add(before.Errors);
            await before.DisposeAsync();
        }
        _process = Launch();
        await _process.WaitForLineAsync(cancellationToken);
    }

    /// <summary>Starts it without waiting: for one that is not expected to come up.</summary>
    /// <param name="data">Another folder than its own; <c>null</c> for its own.</param>
    public ToolProcess Launch(string? data = null)
    {
        var all = settings.Concat(
        [
            ("Manifold__Name", name), ("Orleans__Endpoints__SiloPort", _siloPort.ToString(CultureInfo.InvariantCulture)),
        ]);
        return ToolProcess.Start(
            Repository.Dotnet,
            [Repository.Tool, "serve", "--data", data ?? folder, "--roles", roles, "--port", $"{_port}", "--http-port", $"{_httpPort}"],
            environment: all.Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)),
            awaitedPrefix: Ready);
    }

    /// <summary>Waits until <c>/health</c> says that it is well: its replicas are there.</summary>
    public async Task UntilHealthyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_httpPort}") };
        for (var until = DateTime.UtcNow.AddSeconds(90); ;)
        {
            string said;
            try
            {
                using var response = await http.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
                said = await response.Content.ReadAsStringAsync(cancellationToken);
            }
            catch (HttpRequestException e)
            {
                said = e.Message;
            }
            Assert.True(DateTime.UtcNow < until, $"{name} is not well: {said}");
            await Task.Delay(200, cancellationToken);
        }
    }

    /// <summary>What it measures, in Prometheus' form.</summary>
    public async Task<string> ReadMetricsAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{_httpPort}/metrics"), cancellationToken);
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGTERM, and waits for its end.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        Signal("TERM");
        return (await _process!.WaitAsync(cancellationToken)).Code;
    }

    /// <summary>SIGSTOP and SIGCONT: its connections stay, and nothing answers.</summary>
    public void Pause() => Signal("STOP");

    public void Continue() => Signal("CONT");

    /// <summary>Its end, with exit code and output.</summary>
    public Task<(int Code, string Output, string Errors)> WaitAsync(CancellationToken cancellationToken) => _process!.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>From below the ports that systems give to outgoing connections: it stays free while the process is between two lives.</summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: draw again.
            }
        }
    }
}
