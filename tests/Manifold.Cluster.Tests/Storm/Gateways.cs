using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;

namespace Manifold.Cluster.Tests;

/// <summary>The gateways of a cluster as its clients see them: any of those that did not just fail. Thread-safe.</summary>
internal sealed class Gateways(IEnumerable<GrpcChannel> channels)
{
    private static readonly TimeSpan AvoidFor = TimeSpan.FromMilliseconds(500), Patience = TimeSpan.FromSeconds(60);

    private readonly GrpcChannel[] _channels = [.. channels];
    private readonly ConcurrentDictionary<GrpcChannel, DateTime> _failed = [];

    /// <summary>Failures by status and message, and how often.</summary>
    public ConcurrentDictionary<string, int> Failures { get; } = [];

    public GrpcChannel Next(Random random)
    {
        var good = _channels.Where(channel => !_failed.TryGetValue(channel, out var at) || DateTime.UtcNow - at > AvoidFor).ToArray();
        return good.Length > 0 ? good[random.Next(good.Length)] : _channels[random.Next(_channels.Length)];
    }

    /// <summary>Asks one gateway after the other until one answers: a channel whose server was away takes a moment to find it again.</summary>
    public async Task<T> AskAsync<T>(Func<GrpcChannel, Task<T>> ask)
    {
        for (var until = DateTime.UtcNow + Patience; ;)
        {
            var channel = Next(Random.Shared);
            try
            {
                return await ask(channel);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && DateTime.UtcNow < until)
            {
                Failed(channel, e);
                await Task.Delay(100);
            }
        }
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
