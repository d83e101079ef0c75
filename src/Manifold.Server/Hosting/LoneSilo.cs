using System.Net;
using System.Net.Sockets;
using Manifold.Encoders;
using Manifold.Grains;
using Orleans.Configuration;

namespace Manifold.Server;

/// <summary>The silo of the single process: on loopback, a cluster of its own, so that two of them run side by side.</summary>
internal static class LoneSilo
{
    public static void Configure(ISiloBuilder silo, ServerOptions options, SiloStorage storage, EncoderPool encoders)
    {
        var endpoint = new IPEndPoint(IPAddress.Loopback, FreePort());
        silo.UseDevelopmentClustering(endpoint);
        silo.ConfigureEndpoints(IPAddress.Loopback, endpoint.Port, gatewayPort: 0);
        silo.Configure<ClusterOptions>(cluster =>
        {
            cluster.ServiceId = "manifold";
            cluster.ClusterId = $"manifold-{Guid.NewGuid():N}";
        });
        silo.Configure<SiloOptions>(s => s.SiloName = "manifold");
        // Deadlines are the callers': the default of 30 s would cut a large drop or search short while it goes on.
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromMinutes(5));
        OrleansDashboard.Add(silo, options);
        silo.AddManifold(options.ParseRoles(), storage, options.Shards, encoders, isTraced: options.Tracing == true);
    }

    /// <summary>
    /// A port that was free a moment ago: Orleans advertises its port, so it cannot be left to the operating system to choose when it binds. Taken at random from
    /// below the ports that systems give to outgoing connections, so that none of those takes it in between.
    /// </summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Someone has it: draw again.
            }
        }
    }
}
