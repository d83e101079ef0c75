using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;

namespace Manifold.Storage.Tests;

/// <summary>
/// A real redis-server on a free port of 127.0.0.1 with a folder of its own, every write flushed to its append-only file before the answer. It ends by its own process id.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;
    private Process? _process;

    private RedisServer(int port, string[] settings)
    {
        Port = port;
        _settings = settings;
    }

    public int Port { get; }

    public string Endpoint => $"127.0.0.1:{Port}";

    private Process Running => _process ?? throw new InvalidOperationException("redis-server is not running");

    /// <param name="settings">More settings, as <c>--name value</c>; they come after the usual ones.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = new RedisServer(FreePort(), settings);
            try
            {
                await server.StartAgainAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                // Another process took the port in between.
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Starts the server again on the same port and folder, and waits until it has read its file and answers.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = false };
        string[] usual =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path, "--logfile", _folder["redis.log"],
            "--appendonly", "yes", "--appendfsync", "always", "--no-appendfsync-on-rewrite", "no", "--maxmemory-policy", "noeviction", "--save", "",
        ];
        foreach (var argument in usual.Concat(_settings))
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        var clock = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || clock.Elapsed > StartTimeout)
                throw new InvalidOperationException($"redis-server did not start: {File.ReadAllText(_folder["redis.log"])}");
            await Task.Delay(20);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await Running.WaitForExitAsync();
        Running.Dispose();
        _process = null;
    }

    /// <summary>SIGSTOP and SIGCONT: the connections stay, and nothing answers.</summary>
    public void Pause() => Signal("STOP");

    public void Continue() => Signal("CONT");

    public async Task<RedisConnection> ConnectAsync(string settings = "") =>
        await RedisConnection.ConnectAsync(Endpoint + settings, CancellationToken.None);

    /// <summary>A connection of the test's own, to do by hand what the log would not.</summary>
    public async Task<ConnectionMultiplexer> ConnectByHandAsync() =>
        await ConnectionMultiplexer.ConnectAsync($"{Endpoint},allowAdmin=true,abortConnect=false");

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Running.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[64];
            var length = await client.GetStream().ReadAsync(answer);
            return Encoding.ASCII.GetString(answer, 0, length).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
