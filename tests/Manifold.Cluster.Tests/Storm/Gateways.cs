using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;

namespace Manifold.Cluster.Tests;

/// <summary>The gateways of a cluster as its clients see them: any of those that did not just fail. Thread-safe.</summary>
internal sealed class Gateways(IEnumerable<GrpcChannel> channels)
{
    private static readonly TimeSpan AvoidFor = TimeSpan.FromMilliseconds(500);

    private readonly GrpcChannel[] _channels = [.. channels];
    private readonly ConcurrentDictionary<GrpcChannel, DateTime> _failed = [];

    /// <summary>Failures by status and message, and how often.</summary>
    public ConcurrentDictionary<string, int> Failures { get; } = [];

    public GrpcChannel Next(Random random)
    {
        var good = _channels.Where(channel => !_failed.TryGetValue(channel, out var at) || DateTime.UtcNow - at > AvoidFor).ToArray();
        return good.Length > 0 ? good[random.Next(good.Length)] : _channels[random.Next(_channels.Length)];
    }

    public void Failed(GrpcChannel channel, RpcException failure)
    {
        var detail = failure.Status.Detail;
        Failures.AddOrUpdate($"{failure.StatusCode}: {detail[..Math.Min(detail.Length, 200)]}", 1, (_, n) => n + 1);
        if (failure.InnerException is HttpRequestException || failure.Status.DebugException is not null)
        {
            _failed[channel] = DateTime.UtcNow;
        }
    }
}
