using System.Net;
using System.Net.Sockets;

namespace Manifold.Storage.Tests;

/// <summary>Stands between client and Redis, and can lose an answer: the request arrives, the answer does not, and the connection breaks.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _loseNext;

    public CuttingProxy(int port)
    {
        _listener.Start();
        _accepting = AcceptAsync(port);
    }

    public string Endpoint => _listener.LocalEndpoint.ToString()!;

    /// <summary>Loses the next answer of the server on any connection and breaks that connection.</summary>
    public void LoseNextAnswer() => Volatile.Write(ref _loseNext, 1);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync(int port)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_end.Token), port));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(TcpClient client, int port)
    {
        using var server = new TcpClient();
        using var both = client;
        await server.ConnectAsync(IPAddress.Loopback, port, _end.Token);
        await Task.WhenAny(CopyAsync(client, server, false), CopyAsync(server, client, true));
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool answers)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int length; (length = await from.GetStream().ReadAsync(buffer, _end.Token)) > 0;)
            {
                if (answers && Interlocked.Exchange(ref _loseNext, 0) == 1)
                    return;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _end.Token);
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went away.
        }
    }
}
